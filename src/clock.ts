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
