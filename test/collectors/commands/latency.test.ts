import { expect, test } from 'vitest'
import { latency } from '../../../src/collectors/commands/latency.ts'
import type { Reply } from '../../../src/redis/command.ts'
import { collected, fakePoll } from '../../support/fake-poll.ts'
import { recordedAnswer } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test('the spike of Redis 7.0, whose milliseconds become seconds', async () => {
  expect(await collected(latency, { replies: recordedAnswer('redis-7.0.15') })).toBe(unindented`
    # TYPE redis_latency_spike_duration_seconds gauge
    redis_latency_spike_duration_seconds{event_name="command"} 0.02
    # TYPE redis_latency_spike_last gauge
    redis_latency_spike_last{event_name="command"} 1795489568
    # TYPE redis_latency_spike_max_seconds gauge
    redis_latency_spike_max_seconds{event_name="command"} 0.02
  `)
})

test('the last spike and the longest are told apart; Valkey tells the sum and the number as well', async () => {
  const events = [
    ['fork', 1_700_000_000, 5, 900],
    ['command', 1_700_000_001, 7, 7, 123, 2],
  ]

  expect(await collected(latency, { replies: { 'LATENCY LATEST': events } })).toBe(unindented`
    # TYPE redis_latency_spike_duration_seconds gauge
    redis_latency_spike_duration_seconds{event_name="fork"} 0.005
    redis_latency_spike_duration_seconds{event_name="command"} 0.007
    # TYPE redis_latency_spike_last gauge
    redis_latency_spike_last{event_name="fork"} 1700000000
    redis_latency_spike_last{event_name="command"} 1700000001
    # TYPE redis_latency_spike_max_seconds gauge
    redis_latency_spike_max_seconds{event_name="fork"} 0.9
    redis_latency_spike_max_seconds{event_name="command"} 0.007
    # TYPE redis_latency_spikes_seconds_total counter
    redis_latency_spikes_seconds_total{event_name="command"} 0.123
    # TYPE redis_latency_spikes_total counter
    redis_latency_spikes_total{event_name="command"} 2
  `)
})

test('an event of a look-alike that tells no longest spike has none', async () => {
  const replies = { 'LATENCY LATEST': [['fork', 1_700_000_000, 5]] }

  expect(await collected(latency, { replies })).not.toContain('latency_spike_max_seconds')
})

test('no spikes give no samples', async () => {
  expect(await collected(latency, { replies: { 'LATENCY LATEST': [] } })).toBe('')
})

test.each<[string, Reply]>([
  ['no list', 'none'],
  ['a number', 7],
  ['nil', null],
  ['events that are no lists', ['command', 1, 2]],
  ['an event without a time', [['command']]],
  ['an event without a name', [[7, 1_700_000_000, 5]]],
  ['an event with a word for its time', [['command', 'now', 5]]],
  ['an event with a word for its duration', [['command', 1_700_000_000, 'long']]],
])('%s is a failure', async (_form, reply) => {
  const poll = fakePoll({ replies: { 'LATENCY LATEST': reply } })

  await expect(latency.collect(poll)).rejects.toMatchObject({ reason: 'parse' })
})
