import { crc32, gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import {
  encodeBody,
  endOfGzip,
  packBody as packOnShelf,
  prepareBody,
  storeBody,
} from '../../src/metrics/encoded-body.ts'
import { createShelf } from '../../src/metrics/shelf.ts'
import { anyCharacter } from '../support/any-character.ts'

// Many runs each, on a machine that may be busy with something else.
vi.setConfig({ testTimeout: 60_000 })

const packBody = (text: string | Buffer) => packOnShelf(text, createShelf())

/** The pieces as a response in gzip that ends with `last`, and what a client makes of it. */
async function throughGzip(pieces: readonly string[], last: string): Promise<string> {
  const prepared = prepareBody(await Promise.all(pieces.map(encodeBody)))
  const chunks = [...prepared.gzip, endOfGzip(prepared, Buffer.from(last))]
  return gunzipSync(Buffer.concat(chunks)).toString()
}

// 65,535 bytes are the most that one stored block holds. A number stands for so many bytes.
const content = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.constantFrom(0, 65_534, 65_535, 65_536, 131_070, 131_071, 200_000),
)
const contents = fc.array(content, { maxLength: 5 })
const written = (one: string | number) => (typeof one === 'string' ? one : 'y'.repeat(one))

test('any pieces with any end are, unzipped, the same text', async () => {
  await fc.assert(
    fc.asyncProperty(contents, content, async (pieces, last) => {
      const [texts, end] = [pieces.map(written), written(last)]
      const unzipped = await throughGzip(texts, end)

      // Not with toBe, which would print both texts at length.
      expect(unzipped === `${texts.join('')}${end}`).toBe(true)
    }),
  )
})

test.each([
  ['no pieces and an empty end', [], ''],
  ['no pieces', [], 'end'],
  ['an empty end', ['a'], ''],
  ['empty pieces', ['', ''], 'end'],
  ['an empty piece behind another', ['a', ''], 'end'],
  ['an end that fills one block', ['a'], 'y'.repeat(65_535)],
  ['an end of one byte more', ['a'], 'y'.repeat(65_536)],
  ['an end that fills two blocks', ['a'], 'y'.repeat(131_070)],
])('%s make a sound gzip stream', async (_case, texts, end) => {
  expect(await throughGzip(texts, end)).toBe(`${texts.join('')}${end}`)
})

test('the lengths are those of the bytes, not of the characters', async () => {
  const prepared = prepareBody([await encodeBody('a'), await encodeBody('ü🙂')])

  expect(prepared.plainLength).toBe(7)
  expect(prepared.plainLength).toBe(Buffer.concat([...prepared.plain()]).length)
  expect(prepared.gzipLength).toBe(Buffer.concat([...prepared.gzip]).length)
})

test('the pieces are not copied', async () => {
  const body = await encodeBody('redis_up 1\n')
  const prepared = prepareBody([body, body])

  expect(prepared.plain().every((piece) => piece === body.plain())).toBe(true)
  expect(prepared.gzip.slice(1).every((piece) => piece === body.compressed().deflated)).toBe(true)
})

test('the same prepared pieces serve many responses, each with its own end', async () => {
  const prepared = prepareBody([await encodeBody('a\n')])
  const texts = ['1', '2'].map((end) =>
    gunzipSync(Buffer.concat([...prepared.gzip, endOfGzip(prepared, Buffer.from(end))])).toString(),
  )

  expect(texts).toEqual(['a\n1', 'a\n2'])
})

test('a piece that repeats itself becomes much smaller', async () => {
  const { plainLength, compressed } = await encodeBody('redis_up 1\n'.repeat(1000))

  expect(compressed().deflated.length).toBeLessThan(plainLength / 20)
})

test('a short piece that is compressed keeps no more bytes than it has', async () => {
  for (const encode of [encodeBody, packBody]) {
    const { deflated } = (await encode('redis_up 1\n'.repeat(500))).compressed()
    expect(deflated.buffer.byteLength).toBe(deflated.length)
  }
})

test('a piece that is stored is as it is, and takes its place among the others', async () => {
  const texts = ['# HELP a A\n', 'a 1\n', '', 'y'.repeat(70_000)]
  const bodies = texts.flatMap((text) => [storeBody(text), encodeBody(text)])
  const prepared = prepareBody(await Promise.all(bodies))
  const unzipped = gunzipSync(
    Buffer.concat([...prepared.gzip, endOfGzip(prepared, Buffer.from('end'))]),
  )

  expect(unzipped.toString()).toBe(`${texts.map((text) => text + text).join('')}end`)
})

test('a text becomes the same bytes, lengths and checksum whether stored or compressed', async () => {
  const [stored, encoded] = [storeBody('ü 1\n'), await encodeBody('ü 1\n')]

  const { checksum } = encoded.compressed()
  expect(stored.plain()).toEqual(encoded.plain())
  expect(stored.compressed()).toMatchObject({ checksum })
  expect(checksum).toBe(crc32('ü 1\n'))
})

test.each([
  ['short', 'ü 1\n'],
  ['long', 'redis_up 1\n'.repeat(24_000)],
  ['empty', ''],
])(
  'a %s text that is packed becomes the same, and is the same when it is unpacked',
  async (_, text) => {
    const [packed, kept] = [await packBody(text), await encodeBody(text)]

    expect(packed.plainLength).toBe(kept.plainLength)
    expect(packed.compressed()).toEqual(kept.compressed())
    expect(packed.plain().equals(kept.plain())).toBe(true)
  },
)

test('any text that is packed is the same when it is unpacked', async () => {
  await fc.assert(
    fc.asyncProperty(content, async (one) => {
      const text = written(one)

      expect((await packBody(text)).plain().toString() === text).toBe(true)
    }),
  )
})

test('what is packed needs its bytes no more, short as it is', async () => {
  const bytes = Buffer.from('redis_up 1\n')
  const packed = await packBody(bytes)
  bytes.fill('x')

  expect(packed.plain().toString()).toBe('redis_up 1\n')
})

test('pieces behind prepared ones make the same as all of them at once', async () => {
  const bodies = await Promise.all(['a\n', '', 'ü\n', 'c\n'].map(encodeBody))

  const [{ plain, ...parts }, { plain: plainOfAll, ...all }] = [
    prepareBody(bodies.slice(2), prepareBody(bodies.slice(0, 2))),
    prepareBody(bodies),
  ]

  expect(parts).toEqual(all)
  expect(plain()).toEqual(plainOfAll())
})

test('200 pieces of 256 KiB are put in a row without reading them', async () => {
  const body = await encodeBody('redis_up 1\n'.repeat(24_000))
  const bodies = Array.from({ length: 200 }, () => body)
  const rounds = Array.from({ length: 200 }, () => {
    const start = performance.now()
    prepareBody(bodies)
    return performance.now() - start
  })

  // Reading 50 MB takes longer by far; the best of many rounds, for the machine may be busy.
  expect(Math.min(...rounds)).toBeLessThan(2)
})

test('what is packed stands where that stood which was released, and nobody reads it there', async () => {
  const shelf = createShelf()
  const before = await packOnShelf('a 1\n', shelf)
  const prepared = prepareBody([before])
  before.release?.()
  const after = await packOnShelf('b 2\n', shelf)

  // What somebody is still being sent is his own.
  const sent = Buffer.concat([...prepared.gzip, endOfGzip(prepared, Buffer.from('end'))])
  expect(gunzipSync(sent).toString()).toBe('a 1\nend')
  expect(after.plain().toString()).toBe('b 2\n')
  expect(() => before.plain()).toThrow('released')
  expect(() => before.compressed()).toThrow('released')
})

test('a body that is released twice gives its memory to one alone', async () => {
  const shelf = createShelf()
  const before = await packOnShelf('a 1\n', shelf)
  before.release?.()
  before.release?.()
  const others = [await packOnShelf('b 2\n', shelf), await packOnShelf('c 3\n', shelf)]

  expect(others.map((one) => one.plain().toString())).toEqual(['b 2\n', 'c 3\n'])
})
