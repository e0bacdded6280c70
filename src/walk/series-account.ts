import type { Walk } from '../collectors/key-collector.ts'
import type { Sample } from '../metrics/metric.ts'

/** Keeps count of what one collector gives in a walk, and of what a bound leaves out. */
export interface SeriesAccount extends Pick<Walk, 'room' | 'leaveOut' | 'reject'> {
  /** The samples for which there is room. */
  take(samples: readonly Sample[]): readonly Sample[]
  readonly rejected: readonly string[]
  leftOut(): number
}

/** An account with room for so many series. */
export function createSeriesAccount(maximum: number): SeriesAccount {
  const rejected: string[] = []
  let series = 0
  let out = 0
  return {
    room: () => maximum - series,
    leaveOut(count: number) {
      out += count
    },
    reject: (field: string) => void rejected.push(field),
    take(samples: readonly Sample[]): readonly Sample[] {
      const taken = samples.slice(0, Math.max(0, maximum - series))
      series += taken.length
      out += samples.length - taken.length
      return taken
    },
    rejected,
    leftOut: () => out,
  }
}
