import { expect, test } from 'vitest'
import { latencyHistogram } from '../../../src/collectors/commands/latency-histogram.ts'
import type { Reply } from '../../../src/redis/command.ts'
import { checkExposition } from '../../support/exposition.ts'
import { collected, fakePoll, samplesOf } from '../../support/fake-poll.ts'
import { readFixture, recordedAnswer } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test('cumulative buckets in microseconds, calls for the count, commandstats for the sum', async () => {
  const info = '# Commandstats\ncmdstat_get:calls=1000,usec=85\n'
  const replies = {
    'LATENCY HISTOGRAM': ['get', ['calls', 1000, 'histogram_usec', [1, 990, 4, 998, 33, 1000]]],
  }

  expect(await collected(latencyHistogram, { info, replies })).toBe(unindented`
    # TYPE redis_commands_latencies_usec histogram
    redis_commands_latencies_usec_bucket{cmd="get",le="1"} 990
    redis_commands_latencies_usec_bucket{cmd="get",le="4"} 998
    redis_commands_latencies_usec_bucket{cmd="get",le="33"} 1000
    redis_commands_latencies_usec_bucket{cmd="get",le="+Inf"} 1000
    redis_commands_latencies_usec_sum{cmd="get"} 85
    redis_commands_latencies_usec_count{cmd="get"} 1000
  `)
})

test('the sum of a command holds that of its subcommands', async () => {
  const info = unindented`
    # Commandstats
    cmdstat_config|get:calls=2,usec=30
    cmdstat_config|set:calls=1,usec=12
    cmdstat_configx:calls=1,usec=500
  `
  const calls = (count: number) => ['calls', count, 'histogram_usec', [33, count]]
  const replies = { 'LATENCY HISTOGRAM': ['config', calls(3), 'config|get', calls(2)] }

  expect(await collected(latencyHistogram, { info, replies })).toBe(unindented`
    # TYPE redis_commands_latencies_usec histogram
    redis_commands_latencies_usec_bucket{cmd="config",le="33"} 3
    redis_commands_latencies_usec_bucket{cmd="config",le="+Inf"} 3
    redis_commands_latencies_usec_sum{cmd="config"} 42
    redis_commands_latencies_usec_count{cmd="config"} 3
    redis_commands_latencies_usec_bucket{cmd="config|get",le="33"} 2
    redis_commands_latencies_usec_bucket{cmd="config|get",le="+Inf"} 2
    redis_commands_latencies_usec_sum{cmd="config|get"} 30
    redis_commands_latencies_usec_count{cmd="config|get"} 2
  `)
})

test.each(['redis-7.0.15', 'redis-8-dev', 'valkey-8-dev'])(
  'the histograms of %s are sound',
  async (folder) => {
    const info = readFixture(`${folder}/info-everything.txt`)
    const text = await collected(latencyHistogram, { info, replies: recordedAnswer(folder) })

    expect(text).toContain('redis_commands_latencies_usec_count{cmd="get"}')
    expect(checkExposition(text)).toEqual([])
  },
)

test.each([
  ['does not name', ''],
  ['tells no time of', '# Commandstats\ncmdstat_get:calls=1\n'],
])('a command that commandstats %s has no sum', async (_case, info) => {
  const replies = { 'LATENCY HISTOGRAM': ['get', ['calls', 1, 'histogram_usec', [1, 1]]] }

  const text = await collected(latencyHistogram, { info, replies })
  expect(text).not.toContain('_sum')
  expect(text).toContain('redis_commands_latencies_usec_count{cmd="get"} 1\n')
})

test('the details of a command may come in any order and with others between', async () => {
  const details = ['new', [7], 'histogram_usec', [2, 5], 'calls', 5]
  const replies = { 'LATENCY HISTOGRAM': ['get', details] }

  expect(await collected(latencyHistogram, { replies })).toContain(
    'redis_commands_latencies_usec_bucket{cmd="get",le="2"} 5\n',
  )
})

test.each<[string, Reply]>([
  ['no list', 'none'],
  ['a number', 7],
  ['a command that is no text', [7, ['calls', 1, 'histogram_usec', [1, 1]]]],
  ['details that are no list', ['get', 'calls']],
  ['details without calls', ['get', ['histogram_usec', [1, 1]]]],
  ['details without buckets', ['get', ['calls', 1]]],
  ['a bound that comes twice', ['get', ['calls', 2, 'histogram_usec', [1, 1, 1, 2]]]],
  ['bounds that fall', ['get', ['calls', 2, 'histogram_usec', [4, 1, 1, 2]]]],
  ['a bound that is no number', ['get', ['calls', 1, 'histogram_usec', ['1', 1]]]],
  ['a bucket that is no number', ['get', ['calls', 1, 'histogram_usec', [1, '1']]]],
])('%s is a failure', async (_form, reply) => {
  const poll = fakePoll({ replies: { 'LATENCY HISTOGRAM': reply } })

  await expect(samplesOf(latencyHistogram, poll)).rejects.toMatchObject({ reason: 'parse' })
})
