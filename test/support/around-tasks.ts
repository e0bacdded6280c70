import { expect } from 'vitest'
import { createOwnMetrics, type OwnMetrics } from '../../src/metrics/own-metrics.ts'
import { createWalkMetrics } from '../../src/metrics/walk-metrics.ts'
import { createSnapshotStore, type SnapshotStore } from '../../src/poller/snapshot-store.ts'
import { createTargetTasks, type TargetTasks } from '../../src/poller/target-tasks.ts'
import type { Reply } from '../../src/redis/command.ts'
import type { BulkConnection } from '../../src/redis/connection.ts'
import type { RedisError } from '../../src/redis/redis-error.ts'
import { configured } from './configured.ts'
import { checkExposition, parseExposition, sampleValue } from './exposition.ts'
import { type FakeClock, fakeClock } from './fake-clock.ts'
import { answersOf, type FakeConnection, fakeConnection, silence } from './fake-connection.ts'
import { heldTarget } from './held-target.ts'
import { type RecordedLog, recordedLog } from './recorded-log.ts'
import { collectors, keyCollectors } from './registry.ts'

/** The name of the target whose tasks they are. */
export const target = 'redis://localhost:6379'

/** What the tasks of a target have around them: a server with a list that matches key:* and one that is named. */
export interface AroundTasks {
  readonly clock: FakeClock
  readonly store: SnapshotStore
  readonly log: RecordedLog
  readonly ownMetrics: OwnMetrics
  /** How many connections were made. */
  readonly connections: { single: number; bulk: number }
  readonly replies: Record<string, Reply | RedisError>
  /** Says what connecting does from now on. */
  connectBy(connecting?: () => Promise<void>): void
  /** The tasks by flags and by the names of collectors. */
  tasksOf(flags: readonly string[], some?: readonly string[], info?: string): TargetTasks
  /** How many connections were opened to the server. */
  opened(): number
  /** What is served now. */
  served(): (
    name: string,
    labels?: Readonly<Record<string, string>>,
  ) => ReturnType<typeof sampleValue>
}

export function aroundTasks(): AroundTasks {
  const clock = fakeClock()
  const store = createSnapshotStore(clock)
  const log = recordedLog()
  const ownMetrics = createOwnMetrics('redis', { version: '', commit: '', date: '' })
  const connections = { single: 0, bulk: 0 }
  const made: FakeConnection[] = []
  const replies: Record<string, Reply | RedisError> = {
    'CONFIG GET databases': ['databases', '1'],
    'SCAN 0 MATCH key:* COUNT 100': ['0', ['key:a']],
    'TYPE key:a': 'list',
    'MEMORY USAGE key:a': 100,
    'LLEN key:a': 3,
    'TYPE single': 'list',
    'MEMORY USAGE single': 50,
    'LLEN single': 7,
  }
  let connecting: (() => Promise<void>) | undefined

  return {
    ...{ clock, store, log, ownMetrics, connections, replies },
    connectBy(by) {
      connecting = by
    },
    tasksOf(flags, some = [], info = '# Keyspace\r\ndb0:keys=2,expires=0,avg_ttl=0\r\n') {
      const answer = (command: string) => answersOf({ info, replies })(command)
      const connectAnew = () => {
        const one = fakeConnection({ answer, connect: async () => await connecting?.() })
        made.push(one)
        return one
      }
      return createTargetTasks({
        target,
        namespace: 'redis',
        settings: configured(flags).settings,
        database: 0,
        collectors: collectors.filter(({ name }) => some.includes(name)),
        keyCollectors,
        connect: () => {
          connections.single += 1
          return connectAnew()
        },
        connectInBulk: (): BulkConnection => {
          connections.bulk += 1
          return {
            ...connectAnew(),
            exchange: async (commands) =>
              commands.map((command) => {
                const reply = answer(command.join(' '))
                return reply === silence ? null : reply
              }),
          }
        },
        store: heldTarget(store, target),
        ownMetrics,
        walkMetrics: createWalkMetrics('redis', clock),
        onPolled: async () => {},
        clock,
        log: log.log,
      })
    },
    opened: () => made.reduce((sum, one) => sum + one.opened(), 0),
    served() {
      const text = store
        .serve()
        .bodies.map(({ plain }) => plain().toString())
        .join('')
      expect(checkExposition(text)).toEqual([])
      const families = parseExposition(text)
      return (name, labels) => sampleValue(families, name, labels)
    },
  }
}

/** Runs all tasks, what is slow before the poll, so that this shows how it went. */
export async function runAll({ tasks: [poll, ...slow] }: TargetTasks): Promise<void> {
  for (const task of slow) await task.run()
  await poll?.run()
}
