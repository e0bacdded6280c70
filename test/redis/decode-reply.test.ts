import { expect, test } from 'vitest'
import { type Bytes, decodeReply } from '../../src/redis/decode-reply.ts'

const bytes = (text: string) => Buffer.from(text)

test.each<[Bytes, unknown]>([
  [bytes('Grüße'), 'Grüße'],
  [bytes(''), ''],
  [7, 7],
  [null, null],
  [[], []],
  [
    [bytes('a'), [1, [], [bytes('é'), null]], bytes('b')],
    ['a', [1, [], ['é', null]], 'b'],
  ],
])('%j is the same with its texts as text', async (reply, expected) =>
  expect(await decodeReply(reply, 'utf8')).toEqual(expected),
)

test.each(['utf8', 'latin1'] as const)(
  'a text of megabytes is the same, read as %s in pieces, wherever these end',
  async (encoding) => {
    // Of three bytes each, so that no piece of a round number of bytes ends behind a letter.
    const long = Buffer.from('a€'.repeat(700_000))

    expect((await decodeReply(long, encoding)) === long.toString(encoding)).toBe(true)
  },
)

test('texts that are no UTF-8 keep their bytes as a binary string', async () =>
  expect(await decodeReply([Buffer.from([0, 255])], 'latin1')).toEqual(['\0\xff']))

test('the first of the errors in a list is what it fails with', async () => {
  const first = new Error('first')
  await expect(decodeReply([1, [first], new Error('second'), bytes('a')], 'utf8')).rejects.toBe(
    first,
  )
})

test('lists in lists are taken apart without a call for each', async () => {
  let nested: Bytes = 1
  for (let depth = 0; depth < 50_000; depth++) nested = [nested]

  await expect(decodeReply(nested, 'utf8')).resolves.toHaveLength(1)
})
