import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BulkReply } from '../../src/redis/connection.ts'
import { createFraming } from '../../src/redis/framing.ts'
import type { FramingFault } from '../../src/redis/reply-progress.ts'
import { createReplyReader } from '../../src/redis/resp.ts'
import { anyReplyBytes, cut, mutated } from '../support/arbitrary-replies.ts'

describe('any replies', () => {
  test('pass in whatever pieces they come, and are read alike', () => {
    fc.assert(
      fc.property(
        fc.array(anyReplyBytes, { maxLength: 6 }),
        fc.array(fc.nat()),
        (replies, cuts) => {
          const bytes = replies.join('')
          const inPieces = follow(cut(bytes, cuts), replies.length)

          expect(inPieces.fault).toBeUndefined()
          expect(inPieces.owed).toBe(0)
          expect(inPieces.replies).toHaveLength(replies.length)
          expect(inPieces).toEqual(follow([bytes], replies.length))
        },
      ),
    )
  })

  test('that were tampered with pass or fail alike in whatever pieces they come', () => {
    fc.assert(
      fc.property(mutated(anyReplyBytes), fc.array(fc.nat()), fc.nat(3), (bytes, cuts, owed) => {
        const inPieces = follow(cut(bytes, cuts), owed)
        const byByte = follow([...bytes], owed)

        expect(byByte.fault).toBe(inPieces.fault)
        // Whatever passed, the reader takes for sound.
        expect(inPieces.failure).toBeUndefined()
        expect(byByte.failure).toBeUndefined()
        expect(inPieces.replies.length).toBeLessThanOrEqual(owed)
      }),
      { numRuns: 300 },
    )
  })
})

interface Followed {
  readonly fault: FramingFault | undefined
  readonly owed: number
  readonly replies: readonly BulkReply[]
  /** What the reader threw. */
  readonly failure: unknown
}

/** Sends pieces through the check and what passed on to the reader, as a connection does. */
function follow(pieces: readonly string[], owed: number): Followed {
  const framing = createFraming({ bytes: 1e6, elements: 1e4, bytesTogether: 1e6 })
  const replies: BulkReply[] = []
  const read = createReplyReader((reply) => replies.push(reply))
  framing.owe(owed)
  let failure: unknown
  let fault: FramingFault | undefined
  for (const piece of pieces) {
    const chunk = Buffer.from(piece, 'latin1')
    fault = framing.check(chunk)
    if (fault) break
    try {
      read(chunk)
    } catch (thrown) {
      failure ??= thrown
    }
  }
  return { fault, owed: framing.owed(), replies, failure }
}
