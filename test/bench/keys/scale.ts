/**
 * What BENCH_SCALE makes of a number of keys or of a length of time: 0.1 tries everything out with
 * a tenth of the keys and the time, and figures that say little.
 */
export function scaled(full: number, scale = process.env.BENCH_SCALE ?? '1'): number {
  const factor = Number(scale)
  if (!(factor > 0 && factor <= 1)) throw new Error(`BENCH_SCALE is ${scale}, not above 0 up to 1`)
  return Math.ceil(full * factor)
}
