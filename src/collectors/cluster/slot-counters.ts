/** Adds up the counters of slots that come to a node and leave it. */
export interface SlotCounters {
  /** Takes in what a slot of the node counts now; returns what it counted since we look. */
  take(slot: number, value: number): number
  /** What all slots counted since we look, also those that are gone. */
  sum(): number
  /** Ends a reading of all slots: those that it did not tell of belong to another node now. */
  endReading(): void
}

interface Counted {
  readonly value: number
  readonly total: number
  readonly reading: number
}

/**
 * Counts from the first reading of a slot on: so what slots take along when they leave is no fall,
 * and what they bring is no leap. A counter that fell while the slot was there was reset.
 */
export function createSlotCounters(): SlotCounters {
  const slots = new Map<number, Counted>()
  let reading = 0
  let sum = 0

  function increase(value: number, known: Counted | undefined): number {
    if (!known || known.reading < reading - 1) return 0
    return value < known.value ? value : value - known.value
  }

  return {
    take(slot, value) {
      const known = slots.get(slot)
      const more = increase(value, known)
      const total = (known?.total ?? 0) + more
      slots.set(slot, { value, total, reading })
      sum += more
      return total
    },
    sum: () => sum,
    endReading() {
      reading += 1
    },
  }
}
