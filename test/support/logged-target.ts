import { pino } from 'pino'
import { systemClock } from '../../src/clock.ts'
import { serializeError } from '../../src/log.ts'
import { createOwnMetrics } from '../../src/metrics/own-metrics.ts'
import { createCollectorLog } from '../../src/poller/collector-log.ts'
import { createPollTask } from '../../src/poller/poll-task.ts'
import type { Snapshot } from '../../src/poller/snapshot.ts'
import { type PolledTargetOptions, polledTarget } from './polled-target.ts'

export interface LogLine {
  readonly level: string
  readonly msg: string
  readonly reason?: string
  readonly collector?: string
}

/** A target polled within the process of the test, with the log and the counts that polls make. */
export interface LoggedTarget extends Disposable {
  /** Polls so many times and returns the last snapshot. */
  poll(times?: number): Promise<Snapshot>
  lines(): readonly LogLine[]
  /** All lines of the log as they would be printed. */
  log(): string
  /** What the exporter tells of its polls. */
  ownMetrics(): Promise<string>
}

export function loggedTarget(url: string, options: PolledTargetOptions = {}): LoggedTarget {
  let log = ''
  let last: Snapshot | undefined
  const target = polledTarget(url, options)
  const ownMetrics = createOwnMetrics('redis', { version: '', commit: '', date: '' })
  const counts = ownMetrics.ofTarget('of the test')
  const lines = pino(
    {
      base: null,
      formatters: { level: (level) => ({ level }) },
      serializers: { err: serializeError },
    },
    {
      write: (line: string) => {
        log += line
      },
    },
  )
  const { run } = createPollTask({
    namespace: 'redis',
    maximumAgeMilliseconds: 60_000,
    pollTarget: target.poll,
    store: {
      role: () => last?.role ?? '',
      publish: (snapshot) => {
        last = snapshot
      },
    },
    counts,
    onPolled: async () => {},
    clock: systemClock,
    noteCollector: createCollectorLog(lines, counts),
    log: lines,
  })
  return {
    async poll(times = 1) {
      for (let count = 0; count < times; count++) {
        await run()
      }
      if (last === undefined) {
        throw new Error('the poll published no snapshot')
      }
      return last
    },
    lines: () => log.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)])),
    log: () => log,
    ownMetrics: ownMetrics.render,
    [Symbol.dispose]: target[Symbol.dispose],
  }
}
