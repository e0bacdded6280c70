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
  /** By their lengths. */
  const free = new Map<number, Buffer[]>()

  function take(size: number): Buffer {
    return free.get(size)?.pop() ?? Buffer.allocUnsafeSlow(size)
  }

  return {
    put(bytes) {
      const { length } = bytes
      const isShort = length <= largest
      const memory = take(isShort ? Math.ceil(length / step) * step : length)
      bytes.copy(memory)
      return memory.subarray(0, length)
    },
    giveBack({ buffer, byteLength }) {
      if (byteLength > largest) return
      const memory = Buffer.from(buffer)
      const others = free.get(memory.length) ?? []
      if (others.length < mostOfSize) others.push(memory)
      free.set(memory.length, others)
    },
  }
}
