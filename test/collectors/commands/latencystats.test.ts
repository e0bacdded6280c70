import { expect, test } from 'vitest'
import { latencystats } from '../../../src/collectors/commands/latencystats.ts'
import { checkExposition } from '../../support/exposition.ts'
import { collected, fakePoll, samplesOf } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

const field = 'latency_percentiles_usec_get'
const commandstats = '# Commandstats\ncmdstat_get:calls=1000,usec=85\n'

test('percentiles as Redis prints them, sum and count from commandstats', async () => {
  const info = `${commandstats}# Latencystats\n${field}:p50=0.001,p99=1.003,p99.9=4.015\n`

  expect(await collected(latencystats, { info })).toBe(unindented`
    # TYPE redis_latency_percentiles_usec summary
    redis_latency_percentiles_usec{cmd="get",quantile="50"} 0.001
    redis_latency_percentiles_usec{cmd="get",quantile="99"} 1.003
    redis_latency_percentiles_usec{cmd="get",quantile="99.9"} 4.015
    redis_latency_percentiles_usec_sum{cmd="get"} 85
    redis_latency_percentiles_usec_count{cmd="get"} 1000
  `)
})

test.each(['redis-7.0.15', 'redis-8-dev', 'valkey-8-dev'])(
  'the percentiles of %s are sound',
  async (folder) => {
    const info = readFixture(`${folder}/info-everything.txt`)
    const text = await collected(latencystats, { info })

    expect(text).toContain('redis_latency_percentiles_usec{cmd="xgroup|create",quantile="99.9"}')
    expect(checkExposition(text)).toEqual([])
  },
)

test('an empty percentile, as Redis prints it right after a reset, is left out', async () => {
  const info = `${commandstats}# Latencystats\n${field}:p50=,p99=1.003\n`

  expect(await collected(latencystats, { info })).toBe(unindented`
    # TYPE redis_latency_percentiles_usec summary
    redis_latency_percentiles_usec{cmd="get",quantile="99"} 1.003
    redis_latency_percentiles_usec_sum{cmd="get"} 85
    redis_latency_percentiles_usec_count{cmd="get"} 1000
  `)
})

test('a line of another kind gives no sample', async () => {
  const info = `${commandstats}# Latencystats\nlatency_percentiles_nsec_get:p50=1\n`

  expect(await collected(latencystats, { info })).toBe('')
})

test.each(['', 'p=', 'p50='])('the value "%s" is survived', async (value) => {
  const poll = fakePoll({ info: `${commandstats}# Latencystats\n${field}:${value}\n` })

  expect((await samplesOf(latencystats, poll)).map((sample) => sample.value)).toEqual([
    { quantiles: [], sum: 85, count: 1000 },
  ])
  expect(poll.rejected).toEqual([])
})

test.each(['p50=fast', 'p50x=1', 'xp50=1', 'p=1', 'p.5=1', 'p50=1,max=7'])(
  'the percentiles "%s" are rejected',
  async (value) => {
    const poll = fakePoll({ info: `${commandstats}# Latencystats\n${field}:${value}\n` })

    expect(await samplesOf(latencystats, poll)).toEqual([])
    expect(poll.rejected).toEqual([`${field}: ${value}`])
  },
)

test.each([
  ['is not named by commandstats', ''],
  ['has no calls there', '# Commandstats\ncmdstat_get:usec=85\n'],
  ['has no time there', '# Commandstats\ncmdstat_get:calls=1\n'],
])('a command that %s has no summary, which would lack its sum or count', async (_case, stats) => {
  expect(await collected(latencystats, { info: `${stats}# Latencystats\n${field}:p50=1\n` })).toBe(
    '',
  )
})
