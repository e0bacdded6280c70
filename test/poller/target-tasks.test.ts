import { beforeEach, describe, expect, test } from 'vitest'
import { createOwnMetrics } from '../../src/metrics/own-metrics.ts'
import { createWalkMetrics } from '../../src/metrics/walk-metrics.ts'
import { createSnapshotStore, type SnapshotStore } from '../../src/poller/snapshot-store.ts'
import { createTargetTasks, type TargetTasks } from '../../src/poller/target-tasks.ts'
import type { Reply } from '../../src/redis/command.ts'
import type { BulkConnection } from '../../src/redis/connection.ts'
import { type RedisError, redisError } from '../../src/redis/redis-error.ts'
import { configured } from '../support/configured.ts'
import { checkExposition, parseExposition, sampleValue } from '../support/exposition.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'
import {
  answersOf,
  type FakeConnection,
  fakeConnection,
  refusal,
  silence,
} from '../support/fake-connection.ts'
import { heldTarget } from '../support/held-target.ts'
import { type RecordedLog, recordedLog } from '../support/recorded-log.ts'
import { collectors, keyCollectors } from '../support/registry.ts'

const target = 'redis://localhost:6379'

let clock: FakeClock
let store: SnapshotStore
let log: RecordedLog
let connections: { single: number; bulk: number }
let replies: Record<string, Reply | RedisError>
let made: FakeConnection[]
/** What connecting does from now on. */
let connecting: (() => Promise<void>) | undefined

beforeEach(() => {
  clock = fakeClock()
  store = createSnapshotStore(clock)
  log = recordedLog()
  connections = { single: 0, bulk: 0 }
  made = []
  connecting = undefined
  replies = {
    'CONFIG GET databases': ['databases', '1'],
    'SCAN 0 MATCH key:* COUNT 100': ['0', ['key:a']],
    'TYPE key:a': 'list',
    'MEMORY USAGE key:a': 100,
    'LLEN key:a': 3,
    'TYPE single': 'list',
    'MEMORY USAGE single': 50,
    'LLEN single': 7,
  }
})

const ownMetrics = createOwnMetrics('redis', { version: '', commit: '', date: '' })

/** The tasks of a server with a list that matches key:* and one that is named. */
function tasksOf(
  flags: readonly string[],
  some: readonly string[] = [],
  info = '# Keyspace\r\ndb0:keys=2,expires=0,avg_ttl=0\r\n',
): TargetTasks {
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
}

/** How many connections were opened to the server. */
const opened = () => made.reduce((sum, one) => sum + one.opened(), 0)

/** Runs all tasks, what is slow before the poll, so that this shows how it went. */
async function runAll({ tasks: [poll, ...slow] }: TargetTasks): Promise<void> {
  for (const task of slow) await task.run()
  await poll?.run()
}

/** What is served now. */
function served() {
  const text = store
    .serve()
    .bodies.map(({ plain }) => plain().toString())
    .join('')
  expect(checkExposition(text)).toEqual([])
  const families = parseExposition(text)
  return (name: string, labels?: Readonly<Record<string, string>>) =>
    sampleValue(families, name, labels)
}

describe('a target has', () => {
  const script = ['--script=some.lua', '--scan.interval=5m']

  test.each([
    ['one task and one connection without key options', [], [15_000], { single: 1, bulk: 0 }],
    [
      'the same with keys that go with the poll',
      ['--check-single-keys=a', '--check-single-streams=b'],
      [15_000],
      { single: 1, bulk: 0 },
    ],
    [
      'a task more for all that walks, over one connection in bulk',
      ['--check-keys=a*', '--count-keys=a*', '--check-streams=a*', '--check-key-groups=a'],
      [15_000, 60_000],
      { single: 1, bulk: 1 },
    ],
    [
      'a task more for scripts and search indexes, over one connection',
      [...script, '--include-search-indexes-metrics'],
      [15_000, 300_000],
      { single: 2, bulk: 0 },
    ],
    [
      'three tasks with both, so that neither waits for the other',
      [...script, '--check-keys=a*'],
      [15_000, 300_000, 300_000],
      { single: 2, bulk: 1 },
    ],
    [
      'walks no more often than polls unless told',
      ['--check-keys=a*', '--poll.interval=10m'],
      [600_000, 600_000],
      { single: 1, bulk: 1 },
    ],
  ])('%s: %j', (_case, flags, intervals, expected) => {
    const all = collectors.map(({ name }) => name)
    const { tasks } = tasksOf(flags, all)

    expect(tasks.map(({ intervalMilliseconds }) => intervalMilliseconds)).toEqual(intervals)
    expect(new Set(tasks.map(({ name }) => name)).size).toBe(tasks.length)
    expect(connections).toEqual(expected)
  })

  test.each([
    [['--check-keys=a*'], true],
    [['--script=some.lua'], false],
    [[], false],
  ])('with %j a walk through its keys: %s', (flags, has) => {
    expect(tasksOf(flags, ['scripts']).walk !== undefined).toBe(has)
  })
})

test('a poll that is left out is counted, a walk is not: it may take longer than its interval', async () => {
  const { tasks } = tasksOf(['--check-keys=a*'])
  const skipped = async () => /poll_skipped_total (\d+)/.exec(await ownMetrics.render())?.[1]
  const before = Number(await skipped())
  for (const task of tasks) task.onSkip(2)

  expect(await skipped()).toBe(`${before + 2}`)
})

describe('what is served', () => {
  const both = ['--check-keys=key:*', '--check-single-keys=single']

  test('holds the families that walk and poll share in one block each', async () => {
    await runAll(tasksOf(both, ['check-single-keys']))

    const value = served()
    expect(value('redis_key_size', { db: 'db0', key: 'key:a' })).toBe(3)
    expect(value('redis_key_size', { db: 'db0', key: 'single' })).toBe(7)
    expect(value('redis_key_memory_usage_bytes', { db: 'db0', key: 'key:a' })).toBe(100)
  })

  test('tells of the collectors of a walk whether they worked, as of all others', async () => {
    replies['TYPE key:a'] = refusal()
    await runAll(tasksOf([...both, '--count-keys=key:*'], ['check-single-keys']))

    const success = (collector: string) =>
      served()('redis_exporter_collector_success', { collector })
    expect(success('check-single-keys')).toBe(1)
    expect(success('count-keys')).toBe(1)
    expect(success('check-keys')).toBe(0)
    expect(success('check-streams')).toBeUndefined()
  })

  test('tells of the collectors of a walk that they failed where SCAN is refused', async () => {
    replies['SCAN 0 MATCH key:* COUNT 100'] = refusal()
    await runAll(tasksOf(both, ['check-single-keys']))

    const value = served()
    expect(value('redis_up')).toBe(1)
    expect(value('redis_key_size', { db: 'db0', key: 'single' })).toBe(7)
    expect(value('redis_exporter_collector_success', { collector: 'check-keys' })).toBe(0)
    expect(log.shown().map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/^collector failed: the user may not run .*; grant \+scan \+type /),
      'up',
    ])
  })
})

describe('a connection that is of age and cannot be renewed', () => {
  const flags = ['--check-keys=key:*', '--script=some.lua']
  const failed = async () => {
    const name = 'redis_exporter_connection_renewals_failed_total'
    return sampleValue(parseExposition(await ownMetrics.render()), name, { reason: 'auth' })
  }

  /** Has all connections to the server come of age, and refuses new ones. */
  async function aged(): Promise<TargetTasks> {
    const tasks = tasksOf(flags, ['scripts'])
    await runAll(tasks)
    clock.advance(600_000)
    connecting = () => Promise.reject(redisError('auth', 'wrong user name or password'))
    return tasks
  }

  test('is counted and told of, whatever runs over it, and what is served goes on', async () => {
    const tasks = await aged()
    const { length } = log.shown()
    const before = Number(await failed())
    await runAll(tasks)

    expect(await failed()).toBe(before + 3)
    expect(served()('redis_up')).toBe(1)
    expect(log.shown().slice(length)).toMatchObject(
      ['scan', 'slow poll', 'poll'].map((connection) => ({
        level: 'warn',
        target,
        connection,
        reason: 'auth',
      })),
    )
  })

  test('is told of again when it was renewed', async () => {
    const tasks = await aged()
    await runAll(tasks)
    const { length } = log.shown()
    connecting = undefined
    clock.advance(60_000)
    await runAll(tasks)

    expect(
      log
        .shown()
        .slice(length)
        .map(({ msg }) => msg),
    ).toEqual(Array.from({ length: 3 }, () => 'renewing the connection works again'))
  })

  test('is nothing to tell of where the target is stopped meanwhile', async () => {
    const tasks = await aged()
    connecting = () => new Promise(() => {})
    const under = tasks.tasks.map(({ run }) => run())
    const { length } = log.lines
    tasks.stop()
    await Promise.all(under)

    expect(log.lines).toHaveLength(length)
    expect(await failed()).toBeUndefined()
  })
})

describe('when a target is stopped', () => {
  const flags = ['--check-keys=key:*', '--script=some.lua']

  async function stopped(tasks: TargetTasks, turns: number): Promise<void> {
    const under = tasks.tasks.map(({ run }) => run())
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
    const { length } = log.lines
    tasks.stop()
    await Promise.all(under)
    expect(log.lines).toHaveLength(length)
    expect(await ownMetrics.render()).not.toMatch(/^redis_exporter_(polls|scrapes)_total\b/m)
  }

  test('what is under way ends, and nothing of it is served, counted or logged', async () => {
    await stopped(tasksOf(flags, ['scripts']), 0)

    expect(store.serve().bodies).toEqual([])
  })

  test('also where the server is silent', async () => {
    replies['INFO everything'] = silence as unknown as Reply
    await stopped(tasksOf(['--script=some.lua'], ['scripts']), 5)

    expect(opened()).toBe(2)
    expect(store.states()).toMatchObject([{ state: 'waiting' }])
  })

  test('its tasks reach no server any more', async () => {
    const { tasks, stop } = tasksOf(flags, ['scripts'])
    stop()
    for (const { run } of tasks) await run()

    expect(opened()).toBe(0)
  })
})

test('every line of the log names the target once', async () => {
  const { tasks } = tasksOf(['--check-keys=key:*'])
  for (const task of tasks) await task.run()

  expect(log.lines.length).toBeGreaterThan(1)
  expect(log.texts.map((text) => text.split('"target"').length - 1)).toEqual(log.texts.map(() => 1))
})

test('what a poll writes while it reads tells the role of the server as all series do', async () => {
  const info = '# Replication\r\nrole:slave\r\n# Commandstats\r\ncmdstat_get:calls=3,usec=5\r\n'
  const tasks = tasksOf(['--append-instance-role-label'], ['commandstats', 'replication'], info)

  await runAll(tasks)

  const role = { instance_role: 'slave' }
  expect(served()('redis_commands_total', { cmd: 'get', ...role })).toBe(3)
  expect(served()('redis_up', role)).toBe(1)
})
