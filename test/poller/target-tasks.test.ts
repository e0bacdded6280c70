import { beforeEach, describe, expect, test } from 'vitest'
import type { TargetTasks } from '../../src/poller/target-tasks.ts'
import type { Reply } from '../../src/redis/command.ts'
import { type AroundTasks, aroundTasks, runAll } from '../support/around-tasks.ts'
import { refusal, silence } from '../support/fake-connection.ts'
import { collectors } from '../support/registry.ts'

let around: AroundTasks

beforeEach(() => {
  around = aroundTasks()
})

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
    const { tasks } = around.tasksOf(flags, all)

    expect(tasks.map(({ intervalMilliseconds }) => intervalMilliseconds)).toEqual(intervals)
    expect(new Set(tasks.map(({ name }) => name)).size).toBe(tasks.length)
    expect(around.connections).toEqual(expected)
  })

  test.each([
    [['--check-keys=a*'], true],
    [['--script=some.lua'], false],
    [[], false],
  ])('with %j a walk through its keys: %s', (flags, has) => {
    expect(around.tasksOf(flags, ['scripts']).walk !== undefined).toBe(has)
  })
})

test('a poll that is left out is counted, a walk is not: it may take longer than its interval', async () => {
  const { tasks } = around.tasksOf(['--check-keys=a*'])
  const skipped = async () => /poll_skipped_total (\d+)/.exec(await around.ownMetrics.render())?.[1]
  const before = Number(await skipped())
  for (const task of tasks) task.onSkip(2)

  expect(await skipped()).toBe(`${before + 2}`)
})

describe('what is served', () => {
  const both = ['--check-keys=key:*', '--check-single-keys=single']

  test('holds the families that walk and poll share in one block each', async () => {
    await runAll(around.tasksOf(both, ['check-single-keys']))

    const value = around.served()
    expect(value('redis_key_size', { db: 'db0', key: 'key:a' })).toBe(3)
    expect(value('redis_key_size', { db: 'db0', key: 'single' })).toBe(7)
    expect(value('redis_key_memory_usage_bytes', { db: 'db0', key: 'key:a' })).toBe(100)
  })

  test('tells of the collectors of a walk whether they worked, as of all others', async () => {
    around.replies['TYPE key:a'] = refusal()
    await runAll(around.tasksOf([...both, '--count-keys=key:*'], ['check-single-keys']))

    const success = (collector: string) =>
      around.served()('redis_exporter_collector_success', { collector })
    expect(success('check-single-keys')).toBe(1)
    expect(success('count-keys')).toBe(1)
    expect(success('check-keys')).toBe(0)
    expect(success('check-streams')).toBeUndefined()
  })

  test('tells of the collectors of a walk that they failed where SCAN is refused', async () => {
    around.replies['SCAN 0 MATCH key:* COUNT 100'] = refusal()
    await runAll(around.tasksOf(both, ['check-single-keys']))

    const value = around.served()
    expect(value('redis_up')).toBe(1)
    expect(value('redis_key_size', { db: 'db0', key: 'single' })).toBe(7)
    expect(value('redis_exporter_collector_success', { collector: 'check-keys' })).toBe(0)
    expect(around.log.shown().map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/^collector failed: the user may not run .*; grant \+scan \+type /),
      'up',
    ])
  })
})

describe('when a target is stopped', () => {
  const flags = ['--check-keys=key:*', '--script=some.lua']

  async function stopped(tasks: TargetTasks, turns: number): Promise<void> {
    const under = tasks.tasks.map(({ run }) => run())
    for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate)
    const { length } = around.log.lines
    tasks.stop()
    await Promise.all(under)
    expect(around.log.lines).toHaveLength(length)
    expect(await around.ownMetrics.render()).not.toMatch(/^redis_exporter_(polls|scrapes)_total\b/m)
  }

  test('what is under way ends, and nothing of it is served, counted or logged', async () => {
    await stopped(around.tasksOf(flags, ['scripts']), 0)

    expect(around.store.serve().bodies).toEqual([])
  })

  test('also where the server is silent', async () => {
    around.replies['INFO everything'] = silence as unknown as Reply
    await stopped(around.tasksOf(['--script=some.lua'], ['scripts']), 5)

    expect(around.opened()).toBe(2)
    expect(around.store.states()).toMatchObject([{ state: 'waiting' }])
  })

  test('its tasks reach no server any more', async () => {
    const { tasks, stop } = around.tasksOf(flags, ['scripts'])
    stop()
    for (const { run } of tasks) await run()

    expect(around.opened()).toBe(0)
  })
})

test('every line of the log names the target once', async () => {
  const { tasks } = around.tasksOf(['--check-keys=key:*'])
  for (const task of tasks) await task.run()

  expect(around.log.lines.length).toBeGreaterThan(1)
  expect(around.log.texts.map((text) => text.split('"target"').length - 1)).toEqual(
    around.log.texts.map(() => 1),
  )
})

test('what a poll writes while it reads tells the role of the server as all series do', async () => {
  const info = '# Replication\r\nrole:slave\r\n# Commandstats\r\ncmdstat_get:calls=3,usec=5\r\n'
  const tasks = around.tasksOf(
    ['--append-instance-role-label'],
    ['commandstats', 'replication'],
    info,
  )

  await runAll(tasks)

  const role = { instance_role: 'slave' }
  expect(around.served()('redis_commands_total', { cmd: 'get', ...role })).toBe(3)
  expect(around.served()('redis_up', role)).toBe(1)
})
