import { expect, test } from 'vitest'
import { commandstats } from '../../../src/collectors/commands/commandstats.ts'
import { collected, fakePoll, samplesOf } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test('calls, time in seconds, refusals and failures of each command and subcommand', async () => {
  const info = unindented`
    # Commandstats
    cmdstat_get:calls=1000,usec=85,usec_per_call=0.09,rejected_calls=1,failed_calls=0
    cmdstat_config|get:calls=2,usec=2500000,usec_per_call=1250000.00,rejected_calls=0,failed_calls=3
  `

  expect(await collected(commandstats, { info })).toBe(unindented`
    # TYPE redis_commands_duration_seconds_total counter
    redis_commands_duration_seconds_total{cmd="get"} 0.000085
    redis_commands_duration_seconds_total{cmd="config|get"} 2.5
    # TYPE redis_commands_failed_calls_total counter
    redis_commands_failed_calls_total{cmd="get"} 0
    redis_commands_failed_calls_total{cmd="config|get"} 3
    # TYPE redis_commands_rejected_calls_total counter
    redis_commands_rejected_calls_total{cmd="get"} 1
    redis_commands_rejected_calls_total{cmd="config|get"} 0
    # TYPE redis_commands_total counter
    redis_commands_total{cmd="get"} 1000
    redis_commands_total{cmd="config|get"} 2
  `)
})

test('all commands of Redis 7.0 are there', async () => {
  const info = readFixture('redis-7.0.15/info-everything.txt')
  const lines = (await collected(commandstats, { info })).split('\n')

  expect(lines.filter((line) => line.startsWith('redis_commands_total{'))).toHaveLength(18)
  expect(lines).toContain('redis_commands_duration_seconds_total{cmd="eval"} 0.020047')
})

test('servers before 6.2 tell neither refusals nor failures', async () => {
  const info = '# Commandstats\ncmdstat_get:calls=21,usec=175,usec_per_call=8.33\n'

  expect(await collected(commandstats, { info })).toBe(unindented`
    # TYPE redis_commands_duration_seconds_total counter
    redis_commands_duration_seconds_total{cmd="get"} 0.000175
    # TYPE redis_commands_total counter
    redis_commands_total{cmd="get"} 21
  `)
})

test('the parts of a line may come in any number and order', async () => {
  const info = '# Commandstats\ncmdstat_get:slowlog_count=4,failed_calls=2,usec=5,new=x,calls=1\n'

  expect(await collected(commandstats, { info })).toBe(unindented`
    # TYPE redis_commands_duration_seconds_total counter
    redis_commands_duration_seconds_total{cmd="get"} 0.000005
    # TYPE redis_commands_failed_calls_total counter
    redis_commands_failed_calls_total{cmd="get"} 2
    # TYPE redis_commands_slowlog_total counter
    redis_commands_slowlog_total{cmd="get"} 4
    # TYPE redis_commands_total counter
    redis_commands_total{cmd="get"} 1
  `)
})

test('a line of another kind gives no sample', async () => {
  expect(await collected(commandstats, { info: '# Commandstats\nscript_x:calls=1,usec=5\n' })).toBe(
    '',
  )
})

test('a part that is no number is rejected and costs only itself', async () => {
  const poll = fakePoll({ info: '# Commandstats\ncmdstat_get:calls=many,usec=5\n' })

  expect((await samplesOf(commandstats, poll)).map(({ metric }) => metric.name)).toEqual([
    'commands_duration_seconds_total',
  ])
  expect(poll.rejected).toEqual(['cmdstat_get calls: many'])
})

test('Redis 8.8 tells how many calls of a command were slow, and for how long', async () => {
  const part = 'slowlog_count=2,slowlog_time_ms_sum=1500.25,slowlog_time_ms_max=1000.00'

  expect(await collected(commandstats, { info: `# Commandstats\ncmdstat_keys:${part}\n` })).toBe(
    unindented`
      # TYPE redis_commands_slowlog_seconds_total counter
      redis_commands_slowlog_seconds_total{cmd="keys"} 1.50025
      # TYPE redis_commands_slowlog_total counter
      redis_commands_slowlog_total{cmd="keys"} 2
    `,
  )
})

test.each(['5', '', 'usec_per_call=1.00'])(
  'a line that tells nothing of it is rejected: "%s"',
  async (text) => {
    const poll = fakePoll({ info: `# Commandstats\ncmdstat_get:${text}\n` })

    expect(await samplesOf(commandstats, poll)).toEqual([])
    expect(poll.rejected).toEqual([`cmdstat_get: ${text}`])
  },
)

test.each(['config|get', 'a=b', 'json.set', 'ns:cmd', 'x"y'])(
  'the command %s has its name in the label',
  async (name) => {
    const poll = fakePoll({ info: `# Commandstats\ncmdstat_${name}:calls=5\n` })
    const [found] = await samplesOf(commandstats, poll)

    expect([found?.labels.cmd, found?.value]).toEqual([name, 5])
  },
)
