import { joinFamilies } from '../../src/metrics/family-lines.ts'
import type { OpenTarget } from '../../src/poller/snapshot-store.ts'
import type { Origin } from '../../src/redis/server-run.ts'
import { withoutHelp } from './fake-poll.ts'

/** What was published of one collector, as text. */
export interface PublishedSlowResult {
  readonly collector: string
  readonly text: string
  readonly origin: Origin
  readonly takenAt: number
  readonly maximumAgeMilliseconds: number
  readonly series: number
}

export interface PublishedSlowResults extends Pick<OpenTarget, 'publishSlow'> {
  /** Everything that was published so far, in order. */
  readonly all: readonly PublishedSlowResult[]
  /** The last text of each collector. */
  texts(): Readonly<Record<string, string>>
}

/** Takes the place of the store where only the results of the slow schedule count. */
export function publishedSlowResults(): PublishedSlowResults {
  const all: PublishedSlowResult[] = []
  return {
    all,
    texts: () => Object.fromEntries(all.map(({ collector, text }) => [collector, text])),
    publishSlow(collector, { families, ...rest }) {
      const text = joinFamilies([families]).map(({ plain }) => plain().toString())
      all.push({ collector, text: withoutHelp(text.join('')), ...rest })
    },
  }
}
