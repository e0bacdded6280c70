import { createOwnMetrics } from '../../src/metrics/own-metrics.ts'
import { createCollectorLog } from '../../src/poller/collector-log.ts'
import type { PollResult } from '../../src/poller/poll-target.ts'
import { createPollTask, type PollTaskOptions } from '../../src/poller/poll-task.ts'
import { createSnapshotStore, type SnapshotStore } from '../../src/poller/snapshot-store.ts'
import { parseExposition, sampleValue } from './exposition.ts'
import { type FakeClock, fakeClock } from './fake-clock.ts'
import { heldTarget } from './held-target.ts'
import { type RecordedLog, recordedLog } from './recorded-log.ts'

export interface RecordedPollTask extends RecordedLog {
  readonly clock: FakeClock
  readonly store: SnapshotStore
  /** At the end of each poll, when its counts are to be rendered: what was served and counted. */
  readonly polled: readonly { readonly revision: string; readonly polls: number | undefined }[]
  /** Polls with this result, so many times, 15 s apart. */
  pollWith(result: PollResult, times?: number): Promise<void>
  /** The value of a metric of the exporter about itself, named without `redis_exporter_`. */
  count(name: string, labels?: Readonly<Record<string, string>>): Promise<number | undefined>
}

export interface RecordedPollTaskOptions
  extends Pick<PollTaskOptions, 'sharedFamilies' | 'showRole' | 'refuse'> {
  readonly duringPoll?: (clock: FakeClock) => void
}

/** The poll task of one target, with its log, its counts and what it publishes. */
export function recordedPollTask(
  target: string,
  { duringPoll = () => {}, ...options }: RecordedPollTaskOptions = {},
): RecordedPollTask {
  const clock = fakeClock()
  const store = createSnapshotStore(clock)
  const open = heldTarget(store, target)
  const ownMetrics = createOwnMetrics('redis', { version: '', commit: '', date: '' })
  const recorded = recordedLog()
  const polled: { revision: string; polls: number | undefined }[] = []
  let next: PollResult | undefined
  const count: RecordedPollTask['count'] = async (name, labels) => {
    const families = parseExposition(await ownMetrics.render())
    return sampleValue(families, `redis_exporter_${name}`, labels)
  }
  const counts = ownMetrics.ofTarget(target)
  const log = recorded.log.child({ target })
  const { run } = createPollTask({
    ...options,
    namespace: 'redis',
    maximumAgeMilliseconds: 45_000,
    async pollTarget() {
      duringPoll(clock)
      if (next === undefined) throw new Error('the test gave no result for this poll')
      return next
    },
    store: open,
    counts,
    async onPolled() {
      polled.push({ revision: store.serve().revision, polls: await count('scrapes_total') })
    },
    clock,
    noteCollector: createCollectorLog(log, counts),
    log,
  })
  return {
    ...recorded,
    clock,
    store,
    polled,
    async pollWith(result, times = 1) {
      next = result
      for (let done = 0; done < times; done++) {
        await run()
        clock.advance(15_000)
      }
    },
    count,
  }
}
