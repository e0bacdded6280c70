import type { Walk } from '../collectors/keys/key-collector.ts'
import { countSeries, type Sample, seriesOf } from '../metrics/metric.ts'

/** Keeps count of what one collector gives in a poll or walk, and of what a bound leaves out. */
export interface SeriesAccount extends Pick<Walk, 'room' | 'leaveOut' | 'reject'> {
  /** The samples for which there is room; from the first one on for which there is none, none. */
  take(samples: readonly Sample[]): readonly Sample[]
  readonly rejected: readonly string[]
  leftOut(): number
}

/** An account with room for so many series. */
export function createSeriesAccount(maximum: number): SeriesAccount {
  const rejected: string[] = []
  let room = maximum
  let out = 0
  return {
    room: () => room,
    leaveOut(count: number) {
      out += count
    },
    reject: (field: string) => void rejected.push(field),
    take(samples: readonly Sample[]): readonly Sample[] {
      let taken = 0
      for (const one of samples) {
        const series = seriesOf(one)
        if (series > room) {
          room = 0
          out += countSeries(samples.slice(taken))
          return samples.slice(0, taken)
        }
        room -= series
        taken += 1
      }
      return samples
    },
    rejected,
    leftOut: () => out,
  }
}
