import { expect, test } from 'vitest'
import { createSlowlogEntries } from '../../../src/collectors/commands/slowlog-entries.ts'
import { encode } from '../../../src/metrics/encode.ts'
import type { Reply } from '../../../src/redis/command.ts'
import { type FakePoll, type FakeServer, fakePoll, withoutHelp } from '../../support/fake-poll.ts'
import { unindented } from '../../support/unindented.ts'

function entry(id: number, microseconds: number, ...words: readonly string[]): Reply {
  return [id, 1_795_489_568, microseconds, words, '127.0.0.1:1', '']
}

/** A poll of a server whose slow log holds this, the newest first. */
function pollOf(log: readonly Reply[], commands: readonly string[], runId = 'first'): FakePoll {
  const stats = commands.map((name) => `cmdstat_${name}:calls=1,usec=1\r\n`).join('')
  const replies: FakeServer['replies'] = ([, , count]) => log.slice(0, Number(count))
  return fakePoll({ info: `run_id:${runId}\r\n# Commandstats\r\n${stats}`, replies })
}

async function textOf(collector: ReturnType<typeof createSlowlogEntries>, poll: FakePoll) {
  return withoutHelp(encode('redis', await collector.collect(poll)).text)
}

test('new entries are counted by command, with how long they took', async () => {
  const slowlog = createSlowlogEntries()
  const old = entry(4, 9_000_000, 'KEYS', '*')
  await slowlog.collect(pollOf([old], ['keys']))
  const log = [
    entry(7, 1000, 'CONFIG', 'SET', 'requirepass', 'hunter2'),
    entry(6, 20_000, 'keys', 'user:*'),
    entry(5, 150_000_000, 'KEYS', '*'),
    old,
  ]

  const text = await textOf(slowlog, pollOf(log, ['keys', 'config|set']))
  expect(text).toBe(unindented`
    # TYPE redis_slowlog_duration_seconds histogram
    redis_slowlog_duration_seconds_bucket{cmd="config|set",le="0.001"} 1
    redis_slowlog_duration_seconds_bucket{cmd="config|set",le="0.003"} 1
    redis_slowlog_duration_seconds_bucket{cmd="config|set",le="0.01"} 1
    redis_slowlog_duration_seconds_bucket{cmd="config|set",le="0.03"} 1
    redis_slowlog_duration_seconds_bucket{cmd="config|set",le="0.1"} 1
    redis_slowlog_duration_seconds_bucket{cmd="config|set",le="0.3"} 1
    redis_slowlog_duration_seconds_bucket{cmd="config|set",le="1"} 1
    redis_slowlog_duration_seconds_bucket{cmd="config|set",le="3"} 1
    redis_slowlog_duration_seconds_bucket{cmd="config|set",le="10"} 1
    redis_slowlog_duration_seconds_bucket{cmd="config|set",le="30"} 1
    redis_slowlog_duration_seconds_bucket{cmd="config|set",le="100"} 1
    redis_slowlog_duration_seconds_bucket{cmd="config|set",le="+Inf"} 1
    redis_slowlog_duration_seconds_sum{cmd="config|set"} 0.001
    redis_slowlog_duration_seconds_count{cmd="config|set"} 1
    redis_slowlog_duration_seconds_bucket{cmd="keys",le="0.001"} 0
    redis_slowlog_duration_seconds_bucket{cmd="keys",le="0.003"} 0
    redis_slowlog_duration_seconds_bucket{cmd="keys",le="0.01"} 0
    redis_slowlog_duration_seconds_bucket{cmd="keys",le="0.03"} 1
    redis_slowlog_duration_seconds_bucket{cmd="keys",le="0.1"} 1
    redis_slowlog_duration_seconds_bucket{cmd="keys",le="0.3"} 1
    redis_slowlog_duration_seconds_bucket{cmd="keys",le="1"} 1
    redis_slowlog_duration_seconds_bucket{cmd="keys",le="3"} 1
    redis_slowlog_duration_seconds_bucket{cmd="keys",le="10"} 1
    redis_slowlog_duration_seconds_bucket{cmd="keys",le="30"} 1
    redis_slowlog_duration_seconds_bucket{cmd="keys",le="100"} 1
    redis_slowlog_duration_seconds_bucket{cmd="keys",le="+Inf"} 2
    redis_slowlog_duration_seconds_sum{cmd="keys"} 150.02
    redis_slowlog_duration_seconds_count{cmd="keys"} 2
    # TYPE redis_slowlog_entries_total counter
    redis_slowlog_entries_total{cmd="config|set"} 1
    redis_slowlog_entries_total{cmd="keys"} 2
    # TYPE redis_slowlog_missed_total counter
    redis_slowlog_missed_total 0
  `)
})

test('counts go on from poll to poll', async () => {
  const slowlog = createSlowlogEntries()
  await slowlog.collect(pollOf([], ['get']))
  await slowlog.collect(pollOf([entry(0, 1, 'GET')], ['get']))
  const text = await textOf(slowlog, pollOf([entry(3, 1, 'GET'), entry(0, 1, 'GET')], ['get']))

  expect(text).toContain('redis_slowlog_entries_total{cmd="get"} 2\n')
  expect(text).toContain('redis_slowlog_missed_total 2\n')
})

test('another server is counted from the start, and so is the first one when it comes back', async () => {
  const slowlog = createSlowlogEntries()
  await slowlog.collect(pollOf([], ['get']))
  await slowlog.collect(pollOf([entry(0, 1, 'GET')], ['get']))
  const nothing = '# TYPE redis_slowlog_missed_total counter\nredis_slowlog_missed_total 0\n'

  expect(await textOf(slowlog, pollOf([entry(9, 1, 'GET')], ['get'], 'second'))).toBe(nothing)
  expect(await textOf(slowlog, pollOf([entry(0, 1, 'GET')], ['get']))).toBe(nothing)
  const log = [entry(1, 1, 'GET'), entry(0, 1, 'GET')]
  expect(await textOf(slowlog, pollOf(log, ['get']))).toContain('entries_total{cmd="get"} 1\n')
})

test('the log travels with INFO, whatever server was met before', async () => {
  const slowlog = createSlowlogEntries()
  await slowlog.collect(pollOf([], ['get']))
  const poll = pollOf([entry(9, 1, 'GET')], ['get'], 'second')
  let hasInfo: (info: Awaited<ReturnType<typeof poll.info>>) => void = () => {}
  const waiting = new Promise<Awaited<ReturnType<typeof poll.info>>>((resolve) => {
    hasInfo = resolve
  })
  const collecting = slowlog.collect({ ...poll, info: () => waiting })

  expect(poll.commands).toEqual(['SLOWLOG GET 16'])
  hasInfo(await poll.info())
  await collecting
  expect(poll.commands).toHaveLength(1)
})

test('of 300 commands 200 have series of their own, and the rest is other', async () => {
  const slowlog = createSlowlogEntries()
  const commands = Array.from({ length: 300 }, (_, index) => `module.command${index}`)
  await slowlog.collect(pollOf([], commands))
  const log = commands.map((name, index) => entry(300 - index, 1000, name))
  const samples = await slowlog.collect(pollOf(log, commands))

  const counts = samples.filter(({ metric }) => metric.name === 'slowlog_entries_total')
  expect(counts).toHaveLength(201)
  expect(counts.find(({ labels }) => labels.cmd === 'other')?.value).toBe(100)
})

test('nothing of the arguments is shown, nor the new name of a command', async () => {
  const slowlog = createSlowlogEntries()
  await slowlog.collect(pollOf([], ['eval', 'config|get']))
  const log = [entry(1, 1, 'EVAL', 'secret', '1', 'secret'), entry(0, 1, 'secretconfig', 'get')]
  const text = await textOf(slowlog, pollOf(log, ['eval', 'config|get']))

  expect(text).toContain('{cmd="other"} 1')
  expect(text).not.toContain('secret')
})
