import { setImmediate } from 'node:timers/promises'
import { crc32, gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { encode } from '../../src/metrics/encode.ts'
import { endOfGzip, prepareBody } from '../../src/metrics/encoded-body.ts'
import {
  createFamilyEncoder,
  type FamilyLines,
  joinFamilies,
} from '../../src/metrics/family-lines.ts'
import { gauge, histogram, type Sample, sample } from '../../src/metrics/metric.ts'
import { threadClock } from '../support/event-loop.ts'
import { checkExposition, parseExposition } from '../support/exposition.ts'
import { unindented } from '../support/unindented.ts'

const keySize = gauge('key_size', 'Size of a key (a test)', ['db', 'key'])
const keys = gauge('keys', 'Keys (a test)', ['db'])

async function encoded(...batches: readonly (readonly Sample[])[]) {
  const encoder = createFamilyEncoder('redis')
  for (const batch of batches) encoder.add(batch)
  return { families: await encoder.finish(), series: encoder.series() }
}

function textOf(...sources: readonly ReadonlyMap<string, FamilyLines>[]): string {
  return Buffer.concat(joinFamilies(sources).map((body) => body.plain())).toString()
}

const sizes = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) =>
    sample(keySize, index, { db: 'db0', key: `user:${from + index}:sessions:of:the:last:hour` }),
  )

describe('the encoder', () => {
  test('gives the lines of each family without header, in the order in which they came', async () => {
    const { families } = await encoded(
      [sample(keys, 3, { db: 'db1' }), sample(keySize, 1, { db: 'db0', key: 'b' })],
      [sample(keySize, 2, { db: 'db0', key: 'a' })],
    )

    expect([...families.keys()]).toEqual(['keys', 'key_size'])
    const lines = families.get('key_size')
    expect(lines).toMatchObject({ metric: keySize, series: 2 })
    expect(lines?.header.plain().toString()).toBe(unindented`
      # HELP redis_key_size Size of a key (a test)
      # TYPE redis_key_size gauge
    `)
    expect(lines?.bodies.map((body) => body.plain().toString())).toEqual([
      'redis_key_size{db="db0",key="b"} 1\nredis_key_size{db="db0",key="a"} 2\n',
    ])
  })

  test('gives nothing of nothing', async () => {
    expect(await encoded([], [])).toEqual({ families: new Map(), series: 0 })
  })

  test('counts every line of a histogram as a series', async () => {
    const value = { buckets: [[1, 2] as const], sum: 3, count: 4 }
    const { families, series } = await encoded([sample(histogram('h', 'H'), value)])

    expect(series).toBe(4)
    expect(families.get('h')?.series).toBe(4)
  })

  test('adds the labels that it was given to every series, escaped, behind its own', async () => {
    const encoder = createFamilyEncoder('valkey', () => ({ instance_role: 'a "b"' }))
    encoder.add([sample(keys, 3, { db: 'db1' }), sample(gauge('up', 'Up'), 1)])

    const text = textOf(await encoder.finish())

    expect(text).toContain('\nvalkey_up{instance_role="a \\"b\\""} 1\n')
    expect(text).toContain('\nvalkey_keys{db="db1",instance_role="a \\"b\\""} 3\n')
  })

  test('writes what the encoder of the poll writes, however it is fed', async () => {
    const samples = [...sizes(0, 10_000), sample(keys, 10_000, { db: 'db0' })]
    const { families, series } = await encoded(samples.slice(0, 777), samples.slice(777))

    expect({ text: textOf(families), series }).toEqual(encode('redis', samples))
  })

  test('cuts many series into pieces of about 256 KiB, between two lines', async () => {
    const { families } = await encoded(sizes(0, 10_000))
    const pieces = families.get('key_size')?.bodies.map((body) => body.plain()) ?? []

    expect(pieces.length).toBeGreaterThan(2)
    for (const piece of pieces.slice(0, -1)) {
      expect(piece.length).toBeGreaterThanOrEqual(256 * 1024)
      expect(piece.length).toBeLessThan(260 * 1024)
    }
    expect(pieces.every((piece) => piece.toString().endsWith('\n'))).toBe(true)
    expect(pieces.every((piece) => piece.toString().startsWith('redis_key_size{'))).toBe(true)
  })

  test('knows the checksum of each piece', async () => {
    const { families } = await encoded(sizes(0, 10_000))

    for (const { plain, compressed } of joinFamilies([families]))
      expect(compressed().checksum).toBe(crc32(plain()))
  })
})

describe('joined sources', () => {
  test('are a sound body, plain and zipped', async () => {
    const one = await encoded(sizes(0, 5_000), [sample(keys, 1, { db: 'db0' })])
    const other = await encoded(sizes(5_000, 5_000))
    const prepared = prepareBody(joinFamilies([one.families, other.families]))
    const plain = Buffer.concat([...prepared.plain()])
    const end = Buffer.from('# the end\n')

    expect(checkExposition(plain)).toEqual([])
    expect(parseExposition(plain).map(({ samples }) => samples.length)).toEqual([10_000, 1])
    const zipped = Buffer.concat([...prepared.gzip, endOfGzip(prepared, end)])
    expect(gunzipSync(zipped).equals(Buffer.concat([plain, end]))).toBe(true)
  })

  test('stand by name, whatever came first', async () => {
    const one = await encoded([sample(keys, 1, { db: 'db0' })], sizes(0, 1))
    const other = await encoded([sample(gauge('a', 'A'), 1)])

    expect(parseExposition(textOf(one.families, other.families)).map(({ name }) => name)).toEqual([
      'redis_a',
      'redis_key_size',
      'redis_keys',
    ])
  })

  test('of nothing are nothing', () => {
    expect(joinFamilies([])).toEqual([])
    expect(joinFamilies([new Map()])).toEqual([])
  })
})

test('100,000 series, a thousand at a time, never hold the event loop for 20 ms', async () => {
  // Where the system does not tell the time of the work itself, another process may delay the turns
  // of the loop, so the best of a few rounds counts.
  let least = Infinity
  for (let round = 0; round < 5 && least >= 20; round++)
    least = Math.min(least, await longestTurn(100))

  expect(least).toBeLessThan(20)
}, 60_000)

/** Encodes so many thousands of series; the longest time between two turns of the event loop. */
async function longestTurn(thousands: number): Promise<number> {
  using clock = threadClock()
  const encoder = createFamilyEncoder('redis')
  let longest = 0
  let last = clock.now()
  const turn = () => {
    longest = Math.max(longest, clock.now() - last)
    last = clock.now()
  }
  for (let batch = 0; batch < thousands; batch++) {
    const samples = sizes(batch * 1000, 1000)
    last = clock.now()
    encoder.add(samples)
    await setImmediate()
    turn()
  }
  let ended = false
  const families = encoder.finish().finally(() => {
    ended = true
  })
  while (!ended) {
    await setImmediate()
    turn()
  }
  const bodies = joinFamilies([await families])
  turn()
  prepareBody(bodies)
  turn()
  return longest
}
