/** Bytes that one text after the other is written into: memory that each would ask for anew, and give back. */
export interface Rooms {
  /** As long as all others; whatever stands in it means nothing. */
  take(): Buffer
  /** Whoever gives it back does not look at it any more. */
  giveBack(room: Buffer): void
}

// As many as are in use at a time: hardly a text is begun before the one before it is done.
const mostKept = 4

export function createRooms(bytes: number, most = mostKept): Rooms {
  const free: Buffer[] = []
  return {
    take: () => free.pop() ?? Buffer.allocUnsafeSlow(bytes),
    giveBack(room) {
      if (free.length < most) free.push(room)
    },
  }
}
