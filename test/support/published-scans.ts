import { joinFamilies } from '../../src/metrics/family-lines.ts'
import type { SnapshotStore } from '../../src/poller/snapshot-store.ts'
import type { Origin } from '../../src/redis/server-run.ts'
import { withoutHelp } from './fake-poll.ts'

/** What was published of one collector, as text. */
export interface PublishedScan {
  readonly target: string
  readonly collector: string
  readonly text: string
  readonly origin: Origin
  readonly takenAt: number
  readonly maximumAgeMilliseconds: number
  readonly series: number
}

export interface PublishedScans extends Pick<SnapshotStore, 'publishScan'> {
  /** Everything that was published so far, in order. */
  readonly all: readonly PublishedScan[]
  /** The last text of each collector. */
  texts(): Readonly<Record<string, string>>
}

/** Takes the place of the store where only the results of scans count. */
export function publishedScans(): PublishedScans {
  const all: PublishedScan[] = []
  return {
    all,
    texts: () => Object.fromEntries(all.map(({ collector, text }) => [collector, text])),
    publishScan(target, collector, { families, ...rest }) {
      const text = joinFamilies([families]).map(({ plain }) => plain.toString())
      all.push({ target, collector, text: withoutHelp(text.join('')), ...rest })
    },
  }
}
