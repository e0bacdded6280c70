import { expect, test } from 'vitest'
import { createCommandlogEntries } from '../../../src/collectors/commands/commandlog-entries.ts'
import type { Command, Reply } from '../../../src/redis/command.ts'
import { fakePoll, textOf } from '../../support/fake-poll.ts'
import { unindented } from '../../support/unindented.ts'

// The form of https://valkey.io/commands/commandlog-get/: id, time, bytes, words, client, its name.
function entry(id: number, bytes: number, ...words: readonly string[]): Reply {
  return [id, 1_795_489_568, bytes, words, '127.0.0.1:1', '']
}

function pollOf(logs: Readonly<Record<string, readonly Reply[]>>, commands: readonly string[]) {
  const stats = commands.map((name) => `cmdstat_${name}:calls=1,usec=1\r\n`).join('')
  return fakePoll({
    info: `run_id:first\r\n# Commandstats\r\n${stats}`,
    replies: ([, , count, type = '']: Command) => (logs[type] ?? []).slice(0, Number(count)),
  })
}

test('new entries of both logs are counted by command, with their size', async () => {
  const commandlog = createCommandlogEntries()
  const first = pollOf({ 'large-request': [entry(0, 9, 'SET')] }, [])
  await commandlog.collect(first)
  const logs = {
    'large-request': [entry(3, 2_000_000, 'SET', 'secret'), entry(0, 9, 'SET')],
    'large-reply': [entry(1, 3_000_000, 'LRANGE', 'secret'), entry(0, 1_000_000, 'lrange')],
  }
  const samples = await commandlog.collect(pollOf(logs, ['set', 'lrange']))

  expect(first.commands).toEqual(['COMMANDLOG GET 1 large-request', 'COMMANDLOG GET 1 large-reply'])
  expect(textOf(samples)).toBe(unindented`
    # TYPE redis_commandlog_bytes_total counter
    redis_commandlog_bytes_total{type="large-request",cmd="set"} 2000000
    redis_commandlog_bytes_total{type="large-reply",cmd="lrange"} 4000000
    # TYPE redis_commandlog_entries_total counter
    redis_commandlog_entries_total{type="large-request",cmd="set"} 1
    redis_commandlog_entries_total{type="large-reply",cmd="lrange"} 2
    # TYPE redis_commandlog_missed_total counter
    redis_commandlog_missed_total{type="large-request"} 2
    redis_commandlog_missed_total{type="large-reply"} 0
  `)
})

test('of 300 commands in each log 200 have series of their own, and the rest is other', async () => {
  const commandlog = createCommandlogEntries()
  const commands = Array.from({ length: 300 }, (_, index) => `module.command${index}`)
  await commandlog.collect(pollOf({}, commands))
  const log = commands.map((name, index) => entry(300 - index, 10, name))
  const samples = await commandlog.collect(
    pollOf({ 'large-request': log, 'large-reply': log }, commands),
  )

  expect(samples).toHaveLength(2 * (1 + 2 * 201))
  const others = samples.filter(({ labels }) => labels.cmd === 'other').map(({ value }) => value)
  expect(others).toEqual([100, 1000, 100, 1000])
})
