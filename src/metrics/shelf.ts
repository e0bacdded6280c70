import { createRooms, type Rooms } from './rooms.ts'

/**
 * Memory for bytes that are replaced by others of about the same length, as of each target with every poll: V8
 * counts what waits to be given back as garbage of its old generation, and marks the heap for it.
 */
export interface Shelf {
  /** Copies bytes there. */
  put(bytes: Buffer): Buffer
  /** Whoever gives back what was put does not look at it any more: something else may stand there. */
  giveBack(put: Buffer): void
}

// Those of one target are some bytes longer or shorter with each poll.
const step = 1024
// What is longer is seldom, and not worth holding for another.
const largest = 64 * 1024
// As many as are replaced while others are made.
const mostOfSize = 8

export function createShelf(): Shelf {
  /** By the lengths of their rooms. */
  const bySize = new Map<number, Rooms>()

  function roomFor(length: number): Buffer {
    if (length > largest) return Buffer.allocUnsafeSlow(length)
    const size = Math.ceil(length / step) * step
    const rooms = bySize.get(size) ?? createRooms(size, mostOfSize)
    bySize.set(size, rooms)
    return rooms.take()
  }

  return {
    put(bytes) {
      const room = roomFor(bytes.length)
      bytes.copy(room)
      return room.subarray(0, bytes.length)
    },
    giveBack: ({ buffer }) => bySize.get(buffer.byteLength)?.giveBack(Buffer.from(buffer)),
  }
}
