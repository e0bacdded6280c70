/** The two clocks. What is due and what is fresh is decided by the monotonic one alone. */
export interface Clock {
  /** Milliseconds since some fixed moment; never jumps. */
  monotonic(): number
  /** Milliseconds since 1970; jumps when somebody sets the clock. */
  wall(): number
}

export const systemClock: Clock = {
  monotonic: () => performance.now(),
  wall: () => Date.now(),
}

/** The seconds from a moment of the monotonic clock until now, to the microsecond. */
export function secondsSince(moment: number, clock: Pick<Clock, 'monotonic'>): number {
  return toMicroseconds((clock.monotonic() - moment) / 1e3)
}

/** Seconds without the digits that only come of calculating with binary fractions. */
export function toMicroseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6
}
