/** How long to wait before something is tried again, in milliseconds. */
export interface RetryWaits {
  /** After the first failure; twice as long after each further one. */
  readonly firstMilliseconds: number
  readonly mostMilliseconds: number
  /** From 0 to 1, without the end. */
  readonly random: () => number
}

/**
 * The wait after so many failures in a row, a quarter more or less by lot: those that were lost together
 * are not tried together for ever.
 */
export function retryWait(
  failures: number,
  { firstMilliseconds, mostMilliseconds, random }: RetryWaits,
): number {
  const wait = Math.min(mostMilliseconds, firstMilliseconds * 2 ** (failures - 1))
  return wait * (0.75 + random() / 2)
}
