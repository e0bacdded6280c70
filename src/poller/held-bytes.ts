/** What one of them holds of what all together may. */
export interface HeldShare {
  /** Holds so many bytes in the place of what it held as this part; false where they are too many. */
  take(part: string, bytes: number): boolean
  /** Holds nothing any more. */
  leave(): void
}

export interface HeldBytes {
  readonly most: number
  share(): HeldShare
}

/** Bounds what many hold together; whoever comes when it is full holds what it held before. */
export function createHeldBytes(most: number): HeldBytes {
  let sum = 0
  return {
    most,
    share() {
      const parts = new Map<string, number>()
      return {
        take(part, bytes) {
          const more = bytes - (parts.get(part) ?? 0)
          if (more > 0 && sum + more > most) return false
          sum += more
          parts.set(part, bytes)
          return true
        },
        leave() {
          for (const bytes of parts.values()) sum -= bytes
          parts.clear()
        },
      }
    },
  }
}
