/*
 * The clock of `performance`, as the bundle sees it. To load the real one takes as long as to compile
 * a tenth of the bundle, and all that is asked of it is the time.
 */
export const LightPerformance = {
  /** Milliseconds since some fixed moment. */
  now(): number {
    const [seconds, nanoseconds] = process.hrtime()
    return seconds * 1e3 + nanoseconds / 1e6
  },
}
