import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Reply } from '../../src/redis/command.ts'
import type { BulkReply } from '../../src/redis/connection.ts'
import { isRedisError } from '../../src/redis/redis-error.ts'
import { createReplyReader } from '../../src/redis/resp.ts'
import { resp } from '../support/resp.ts'

/** The replies in bytes that come in these pieces. */
function read(...pieces: readonly string[]): readonly BulkReply[] {
  const replies: BulkReply[] = []
  const take = createReplyReader((reply) => replies.push(reply))
  for (const piece of pieces) take(Buffer.from(piece, 'latin1'))
  return replies
}

describe('how a list begins', () => {
  const told = (...pieces: readonly string[]) => {
    const heads: unknown[] = []
    const take = createReplyReader(
      (reply) => heads.push(['whole', reply]),
      (head) => heads.push(head),
    )
    for (const piece of pieces) take(Buffer.from(piece, 'latin1'))
    return heads
  }

  test('is told before the rest has come', () => {
    expect(told('*2\r\n$2\r\n17\r\n*9\r\n$1\r\na')).toEqual(['17'])
  })

  test('is told once of each reply, and not of the lists within', () => {
    const scan = resp.array([resp.bulk('5'), resp.array([resp.bulk('a'), resp.bulk('b')])])
    expect(told(scan + resp.simple('OK') + scan)).toEqual([
      ...['5', ['whole', ['5', ['a', 'b']]], ['whole', 'OK']],
      ...['5', ['whole', ['5', ['a', 'b']]]],
    ])
  })
})

describe('replies', () => {
  test.each<[string, BulkReply]>([
    [resp.simple('OK'), 'OK'],
    [resp.integer(-7), -7],
    [resp.bulk('text'), 'text'],
    [resp.bulk(''), ''],
    [resp.bulk(null), null],
    ['$4\r\n\r\n\xff\0\r\n', '\r\n\xff\0'],
    ['*-1\r\n', null],
    [resp.array([]), []],
    [resp.array([resp.bulk('a'), resp.array([resp.integer(1)]), resp.bulk('b')]), ['a', [1], 'b']],
  ])('%j is read', (bytes, expected) => {
    expect(read(bytes)).toEqual([expected])
  })

  test('an error stands in its place, with its reason and without its text', () => {
    const [first, second] = read(resp.error('NOPERM hunter2') + resp.simple('OK'))

    expect(first).toMatchObject({ reason: 'noperm', code: 'NOPERM' })
    expect(isRedisError(first) && first.message).not.toContain('hunter2')
    expect(second).toBe('OK')
  })

  test('are the same in whatever pieces they come', () => {
    const text = fc.string({
      unit: fc.integer({ min: 0, max: 255 }).map((n) => String.fromCharCode(n)),
    })
    const { reply } = fc.letrec<{ reply: Reply; list: Reply }>((tie) => ({
      reply: fc.oneof({ depthSize: 'small' }, text, fc.integer(), fc.constant(null), tie('list')),
      list: fc.array(tie('reply'), { maxLength: 4 }),
    }))
    fc.assert(
      fc.property(fc.array(reply, { maxLength: 5 }), fc.array(fc.nat()), (replies, cuts) => {
        const bytes = replies.map(encodeReply).join('')
        const ends = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b)
        const pieces = [...ends, bytes.length].map((end, index) =>
          bytes.slice(ends[index - 1] ?? 0, end),
        )

        expect(read(...pieces)).toEqual(replies)
      }),
    )
  })

  test.each([['HTTP/1.1 400 Bad Request\r\n'], ['$x\r\n'], ['%1\r\n']])(
    '%j is not the Redis protocol',
    (bytes) => {
      expect(() => read(bytes)).toThrow('the answer is not the Redis protocol')
    },
  )

  test('a long text that comes in many pieces is looked at once', () => {
    const size = 8 * 1024 * 1024
    const piece = 'a'.repeat(64 * 1024)
    const began = performance.now()
    const [reply] = read(
      `$${size}\r\n`,
      ...Array.from({ length: size / piece.length }, () => piece),
      '\r\n',
    )

    expect(reply).toHaveLength(size)
    // Looked at anew with every piece, it would take minutes.
    expect(performance.now() - began).toBeLessThan(20_000)
  })
})

function encodeReply(reply: BulkReply): string {
  if (typeof reply === 'number') return resp.integer(reply)
  if (typeof reply === 'string') return `$${reply.length}\r\n${reply}\r\n`
  return Array.isArray(reply) ? resp.array(reply.map(encodeReply)) : resp.bulk(null)
}
