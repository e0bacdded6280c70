import type { Clock } from '../../src/clock.ts'

/** Both clocks, standing still until a test moves them. */
export interface FakeClock extends Clock {
  /** Lets time pass on both clocks. */
  advance(milliseconds: number): void
  /** Sets the wall clock; the monotonic one takes no notice. */
  setWall(milliseconds: number): void
}

/** The wall clock begins at 2025-06-01 12:00:00 UTC, the monotonic one at an odd number. */
export function fakeClock(): FakeClock {
  let monotonic = 1_234.5
  let wall = Date.UTC(2025, 5, 1, 12)
  return {
    monotonic: () => monotonic,
    wall: () => wall,
    advance(milliseconds) {
      monotonic += milliseconds
      wall += milliseconds
    },
    setWall(milliseconds) {
      wall = milliseconds
    },
  }
}
