import { gauge, type Sample, sample } from '../../src/metrics/metric.ts'
import { createWalkMetrics, type WalkProgress } from '../../src/metrics/walk-metrics.ts'
import type { Noted } from '../../src/poller/collector-log.ts'
import { createSlowResults } from '../../src/poller/slow-results.ts'
import { createWalkTask, type WalkTask } from '../../src/poller/walk-task.ts'
import { type RedisError, redisError } from '../../src/redis/redis-error.ts'
import type { WalkedCollector } from '../../src/walk/server-walk.ts'
import type { WalkResult } from '../../src/walk/walk-target.ts'
import { parseExposition, sampleValue } from './exposition.ts'
import { type FakeClock, fakeClock } from './fake-clock.ts'
import { runOf } from './poll-results.ts'
import { type PublishedSlowResults, publishedSlowResults } from './published-slow-results.ts'
import { type RecordedLog, recordedLog } from './recorded-log.ts'

/** What a walk of a test can do. */
export interface WalkHooks {
  begin(role?: string, run?: string): (collector: string, samples: readonly Sample[]) => void
  progress(progress: WalkProgress): void
  resumed(): void
  waiting(error: RedisError): void
  /** Aborted where the walk is to end before its time. */
  readonly ending: AbortSignal
  readonly clock: FakeClock
}

/** What one walk does; what it returns differs from a walk that was complete after 2 s. */
export type FakeWalk = (hooks: WalkHooks) => Partial<WalkResult> | Promise<Partial<WalkResult>>

export interface RecordedWalkTask extends RecordedLog, Pick<WalkTask, 'state'> {
  /** Tells of a poll that met a server, by its run_id. */
  meet(run: string, role?: string): void
  collectors(run?: string, role?: string): readonly WalkedCollector[]
  /** How often the connection was told to leave. */
  left(): number
  leaveToAnother(): void
  /** How often what was found was withdrawn. */
  withdrawn(): number
  readonly clock: FakeClock
  readonly store: PublishedSlowResults
  /** The results of collectors that were noted, in order. */
  readonly noted: readonly Noted[]
  walk(walk: FakeWalk): Promise<void>
  /** The value of a metric about walks, named without `redis_exporter_`. */
  figure(name: string, labels?: Readonly<Record<string, string>>): Promise<number | undefined>
}

/** The task of one target whose walks are functions of the test. */
export function recordedWalkTask(target: string, scanMaxAge?: number): RecordedWalkTask {
  const clock = fakeClock()
  const store = publishedSlowResults()
  const recorded = recordedLog()
  const metrics = createWalkMetrics('redis', clock)
  const noted: Noted[] = []
  let left = 0
  let withdrawn = 0
  let next: FakeWalk | undefined
  const { run, state, collectors, meet, leaveToAnother } = createWalkTask({
    target,
    byRole: false,
    scanMaxAge,
    beginResults: createSlowResults({
      namespace: 'redis',
      showRole: false,
      scanInterval: 60_000,
      scanMaxAge,
      store,
    }),
    withdraw: () => {
      withdrawn += 1
    },
    figures: metrics.ofTarget(target),
    names: ['check-keys'],
    leave: () => {
      left += 1
    },
    noteCollector: (result) => void noted.push(result),
    createWalk:
      ({ begin, onProgress, onResumed, onWaiting }) =>
      async (ending) => {
        if (next === undefined) throw new Error('the test gave no walk')
        const startedAt = clock.monotonic()
        const unixSeconds = clock.wall() / 1e3
        const given = await next({
          begin: (role = 'master', run = 'first') => begin({ run: runOf(run), role }),
          progress: onProgress,
          resumed: onResumed,
          waiting: onWaiting,
          ending,
          clock,
        })
        return {
          error: undefined,
          collectors: [],
          role: 'master',
          keys: 0,
          load: 0,
          seconds: 2,
          startedAt,
          unixSeconds,
          ...given,
        }
      },
    clock,
    log: recorded.log.child({ target }),
  })
  return {
    ...recorded,
    clock,
    store,
    noted,
    state,
    left: () => left,
    leaveToAnother,
    withdrawn: () => withdrawn,
    meet: (run, role = 'master') => meet({ run: runOf(run), role }),
    collectors: (run = 'first', role = 'master') => collectors({ run: runOf(run), role }),
    async walk(walk) {
      next = walk
      await run()
    },
    async figure(name, labels) {
      const families = parseExposition((await metrics.render()) + metrics.text())
      return sampleValue(families, `redis_exporter_${name}`, labels)
    },
  }
}

export const size = gauge('key_size', 'Size of a key (a test)', ['key'])

/** What is served of one key of this size. */
export const series = (value: number) =>
  `# TYPE redis_key_size gauge\nredis_key_size{key="a"} ${value}\n`

/** A collector as a walk tells of it. */
export function walked(name: string, more: Partial<WalkedCollector> = {}): WalkedCollector {
  return { name, seconds: 2, rejected: [], leftOut: 0, ...more }
}

/** A walk in which check-keys finds one key of this size, and whatever else differs. */
export function finding(value: number, more: Awaited<ReturnType<FakeWalk>> = {}): FakeWalk {
  return ({ begin }) => {
    begin()('check-keys', [sample(size, value, { key: 'a' })])
    return { collectors: [walked('check-keys')], keys: 10, ...more }
  }
}

/** A walk whose connection is lost. */
export const failing: FakeWalk = () => ({
  error: redisError('connection', 'the connection was closed'),
  collectors: [],
})
