import { setTimeout as delay } from 'node:timers/promises'

export interface EventuallyOptions {
  /** How many milliseconds the attempts may take together. */
  readonly within?: number
  /** How many milliseconds lie between the first attempts; the later ones come more and more seldom. */
  readonly every?: number
}

/**
 * Repeats an assertion until it passes and returns what it returned. When the time is over, the
 * error of the last attempt is thrown, so that the test says what was still wrong.
 */
export async function eventually<T>(
  attempt: () => T | Promise<T>,
  { within = 30_000, every = 20 }: EventuallyOptions = {},
): Promise<T> {
  const start = performance.now()
  const end = start + within
  let lastError: unknown
  for (;;) {
    try {
      return await inTime(attempt, end - performance.now(), within, lastError)
    } catch (error) {
      lastError = error
    }
    // What takes long is found a twentieth later, and leaves the machine to others meanwhile.
    const pause = Math.max(every, (performance.now() - start) / 20)
    if (performance.now() + pause >= end) {
      throw lastError
    }
    await delay(pause)
  }
}

/** Waits for one attempt, so that one which never settles cannot outlive the time given. */
async function inTime<T>(
  attempt: () => T | Promise<T>,
  remaining: number,
  within: number,
  lastError: unknown,
): Promise<T> {
  const over = new AbortController()
  const timeout = delay(Math.max(0, remaining), undefined, { signal: over.signal }).then(() => {
    throw lastError ?? new Error(`still waiting for an answer after ${within} ms`)
  })
  try {
    return await Promise.race([Promise.resolve().then(attempt), timeout])
  } finally {
    over.abort()
    timeout.catch(() => {})
  }
}
