/** What one of them holds of what all together may. */
export interface HeldShare {
  /** Holds so many bytes in the place of what it held as this part; false where they are too many. */
  take(part: string, bytes: number): boolean
  /** Holds nothing any more. */
  leave(): void
}

export interface HeldBytes {
  share(): HeldShare
}

/**
 * Bounds what many hold together; whoever comes when it is full holds what it held before. So many bytes
 * are there for each of them whatever the others hold, and do not count among those of all.
 */
export function createHeldBytes(most: number, ofEach = 0): HeldBytes {
  let sum = 0
  const beyond = (bytes: number) => Math.max(0, bytes - ofEach)

  return {
    share() {
      const parts = new Map<string, number>()
      let mine = 0
      return {
        take(part, bytes) {
          const next = mine + bytes - (parts.get(part) ?? 0)
          const more = beyond(next) - beyond(mine)
          if (more > 0 && sum + more > most) return false
          sum += more
          mine = next
          parts.set(part, bytes)
          return true
        },
        leave() {
          sum -= beyond(mine)
          mine = 0
          parts.clear()
        },
      }
    },
  }
}
