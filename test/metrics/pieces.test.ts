import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import {
  createPacking,
  type EncodedBody,
  keptWhole,
  type PieceEncoder,
} from '../../src/metrics/encoded-body.ts'
import { createPieces } from '../../src/metrics/pieces.ts'
import { createRooms } from '../../src/metrics/rooms.ts'
import { anyCharacter } from '../support/any-character.ts'
import { snapshotBytes } from '../support/snapshot-bytes.ts'

// Megabytes are compressed, on a machine that may be busy with something else.
vi.setConfig({ testTimeout: 60_000 })

const textOf = (bodies: readonly EncodedBody[]) => snapshotBytes({ bodies }).toString()

// A number stands for so many characters of three bytes: below and above a chunk, a room and a piece.
const text = fc.oneof(
  fc.string({ unit: anyCharacter }),
  fc.constantFrom(5_000, 16_383, 16_384, 32_768, 32_769, 90_000),
)
const part = fc.record({ content: text, isBytes: fc.boolean() })
const written = (one: string | number) => (typeof one === 'string' ? one : '日'.repeat(one))

describe.each([
  ['keeps the text', () => keptWhole],
  ['packs it', createPacking],
])('an encoder that %s', (_does, createEncoder) => {
  test('makes pieces of any texts and bytes that are the same in a row', async () => {
    const encoder = createEncoder()
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), async (parts) => {
        const pieces = createPieces(encoder)
        for (const { content, isBytes } of parts)
          pieces.add(isBytes ? Buffer.from(written(content)) : written(content))
        const bodies = await pieces.finish()
        const whole = parts.map(({ content }) => written(content)).join('')

        // Not with toBe, which would print both texts at length.
        expect(textOf(bodies) === whole).toBe(true)
        expect(bodies.reduce((sum, { plainLength }) => sum + plainLength, 0)).toBe(
          Buffer.byteLength(whole),
        )
      }),
      { numRuns: 50 },
    )
  })

  test('keeps apart what is written at the same time', async () => {
    const encoder = createEncoder()
    const all = Array.from({ length: 10 }, (_, index) => ({
      letter: String(index),
      pieces: createPieces(encoder),
    }))
    for (let round = 0; round < 3; round++)
      for (const { letter, pieces } of all) pieces.add(letter.repeat(20_000))
    const made = await Promise.all(all.map(({ pieces }) => pieces.finish()))

    expect(made.map(textOf)).toEqual(all.map(({ letter }) => letter.repeat(60_000)))
  })
})

describe('rooms', () => {
  const rooms = () => {
    const { take, giveBack } = createRooms(96 * 1024)
    return { take: vi.fn(take), giveBack: vi.fn(giveBack) }
  }

  test.each([
    ['fits into one', 'a'.repeat(90_000)],
    ['outgrows one', 'a'.repeat(200_000)],
  ])('are given back by a text that %s', async (_case, long) => {
    const encoder = { ...createPacking(), rooms: rooms() }
    const pieces = createPieces(encoder)
    for (let start = 0; start < long.length; start += 10_000)
      pieces.add(long.slice(start, start + 10_000))
    await pieces.finish()

    expect(encoder.rooms.take).toHaveBeenCalledTimes(1)
    expect(encoder.rooms.giveBack).toHaveBeenCalledTimes(1)
  })

  test('are given back where a piece cannot be made', async () => {
    const encoder: PieceEncoder & { rooms: ReturnType<typeof rooms> } = {
      encode: () => Promise.reject(new Error('no memory')),
      rooms: rooms(),
    }
    const pieces = createPieces(encoder)
    pieces.add('a')

    await expect(pieces.finish()).rejects.toThrow('no memory')
    expect(encoder.rooms.giveBack).toHaveBeenCalledTimes(1)
  })
})
