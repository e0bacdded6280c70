import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { password } from '../support/betrayal.ts'
import { eventually } from '../support/eventually.ts'
import { parseExposition, sampleValue } from '../support/exposition.ts'
import { type LoggedTarget, loggedTarget } from '../support/logged-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { hasCommandlog } from '../support/server-under-test.ts'
import { snapshotBytes } from '../support/snapshot-bytes.ts'

const commandlog = hasCommandlog ? ['commandlog'] : []
const refused = ['config', 'slowlog', ...commandlog, 'latency', 'latency-histogram']

describe('a user who may run INFO and COMMAND and nothing else', () => {
  let redis: RedisServer
  let target: LoggedTarget
  let body: string

  beforeAll(async () => {
    redis = await startRedis({
      args: ['--user', 'watcher', 'on', `>${password}`, '+info', '+command'],
    })
    target = loggedTarget(`redis://watcher:${password}@127.0.0.1:${redis.port}`)
    body = snapshotBytes(await target.poll(5)).toString()
  })

  afterAll(async () => {
    target?.[Symbol.dispose]()
    await redis?.stop()
  })

  it('sees the server up, with all that INFO tells', async () => {
    const { maxmemory, tcp_port } = await redis.info('all')
    expect(valueIn(body, 'redis_up')).toBe(1)
    expect(valueIn(body, 'redis_memory_max_bytes')).toBe(Number(maxmemory))
    expect(valueIn(body, 'redis_instance_info', { tcp_port: `${tcp_port}` })).toBe(1)
  })

  it('gets no database that nobody has told of', () => {
    expect(body.match(/^redis_db_keys\{.*/gm)).toEqual(['redis_db_keys{db="db0"} 0'])
  })

  it('is seen to do more as soon as it may, without a restart', async () => {
    using other = loggedTarget(`redis://watcher:${password}@127.0.0.1:${redis.port}`, { retry: 1 })
    await other.poll()
    await redis.client().acl('SETUSER', 'watcher', '+config|get', '+slowlog')
    const before = await refusalsOf(redis)

    let polls = 0
    await eventually(async () => {
      polls += 1
      const grown = snapshotBytes(await other.poll()).toString()
      expect(valueIn(grown, 'redis_config_maxclients')).toBeGreaterThan(0)
      expect(valueIn(grown, 'redis_slowlog_length')).toBeGreaterThanOrEqual(0)
      expect(valueIn(grown, 'redis_slowlog_last_id')).toBe(0)
    })

    expect((await refusalsOf(redis)) - before).toBeLessThanOrEqual(polls)
    expect(other.lines().map(({ msg, collector }) => [collector, msg])).toEqual(
      expect.arrayContaining([
        ['config', 'collector works again'],
        ['slowlog', 'collector works again'],
      ]),
    )
    await redis.client().acl('SETUSER', 'watcher', '-config|get', '-slowlog')
  })

  it('gets no family of the commands that are refused', () => {
    expect(body).not.toMatch(/^redis_(config|slowlog|latency_spike|commands_latencies)_/m)
  })

  it('sees which collectors failed', () => {
    const failed = /^redis_exporter_collector_success\{collector="([^"]+)"\} 0$/gm
    expect([...body.matchAll(failed)].map(([, name]) => name)).toEqual(refused)
  })

  it('finds each refusal counted once, not on every poll', async () => {
    const counts = (await target.ownMetrics()).match(
      /^redis_exporter_collector_errors_total.* [1-9]\d*$/gm,
    )
    expect(counts).toEqual(
      refused.map(
        (name) => `redis_exporter_collector_errors_total{collector="${name}",reason="noperm"} 1`,
      ),
    )
  })

  it('finds one line of the log for each refusal, not one for every poll', () => {
    expect(target.lines().map(({ msg, collector }) => [collector, msg])).toEqual([
      ...refused.map((name) => [
        name,
        'collector failed: the user may not run the command (NOPERM)',
      ]),
      [undefined, 'up'],
    ])
  })
})

describe('a server without SLOWLOG and CONFIG', () => {
  it('is up without their families, and nobody complains', async () => {
    await using redis = await startRedis({
      args: ['--rename-command', 'SLOWLOG', '', '--rename-command', 'CONFIG', ''],
    })
    using target = loggedTarget(redis.url)

    const body = snapshotBytes(await target.poll(2)).toString()

    expect(valueIn(body, 'redis_up')).toBe(1)
    expect(body).not.toMatch(/^redis_(config|slowlog)_/m)
    expect(target.lines().map(({ msg }) => msg)).toEqual(['up'])
  })

  it('is asked for them once when it cannot tell what it has, and nobody complains', async () => {
    await using redis = await startRedis({
      args: ['--rename-command', 'SLOWLOG', '', '--rename-command', 'COMMAND', ''],
    })
    using target = loggedTarget(redis.url)

    await target.poll(5)

    // COMMAND itself, and SLOWLOG LEN and GET.
    expect((await redis.info('errorstats')).errorstat_ERR).toBe('count=3')
    expect(target.lines().map(({ msg, collector }) => [collector, msg])).toEqual([
      [undefined, 'up'],
    ])
  })
})

async function refusalsOf(redis: RedisServer): Promise<number> {
  return Number((await redis.info('errorstats')).errorstat_NOPERM?.replace('count=', '') ?? 0)
}

function valueIn(body: string, name: string, labels: Readonly<Record<string, string>> = {}) {
  return sampleValue(parseExposition(body), name, labels)
}

describe('what a user may not run', () => {
  const keys = Array.from({ length: 20 }, (_, index) => `key:${index}`).join()
  const flags = [`--check-single-keys=${keys},db1=a,db1=b,db2=c`, '--include-config-metrics']

  it.each([
    ['INFO alone', ['+info']],
    ['all but to look at keys', ['+@all', '-type', '~*']],
    ['all but to select and to ask for memory', ['+@all', '-select', '-memory|usage', '~*']],
  ])('is one error reply with each poll at most: %s', async (_name, rules) => {
    await using redis = await startRedis({
      args: ['--user', 'watcher', 'on', `>${password}`, ...rules],
    })
    for (const key of keys.split(',')) await redis.client().set(key, 1)
    using target = loggedTarget(`redis://watcher:${password}@127.0.0.1:${redis.port}`, {
      flags,
      retry: 1,
    })
    await target.poll()

    const counts: number[] = []
    for (let poll = 0; poll < 12; poll++) {
      const before = await refusalsOf(redis)
      await setTimeout(2)
      await target.poll()
      counts.push((await refusalsOf(redis)) - before)
    }

    expect(Math.max(...counts)).toBe(1)
  })

  it('is refused once with the first poll, however many keys there are', async () => {
    await using redis = await startRedis({
      args: ['--user', 'watcher', 'on', `>${password}`, '+@all', '-type', '~*'],
    })
    using target = loggedTarget(`redis://watcher:${password}@127.0.0.1:${redis.port}`, { flags })

    await target.poll(2)

    expect(await refusalsOf(redis)).toBe(1)
  })

  it('is seen when COMMAND is granted later, over the same connection', async () => {
    await using redis = await startRedis({
      args: ['--user', 'watcher', 'on', `>${password}`, '+@all', '-command', '~*'],
    })
    using target = loggedTarget(`redis://watcher:${password}@127.0.0.1:${redis.port}`, { retry: 1 })
    await target.poll()
    await redis.client().acl('SETUSER', 'watcher', '+command')

    await eventually(async () => {
      await target.poll()
      const { 'cmdstat_command|info': calls = '' } = await redis.info('commandstats')
      expect(calls).toMatch(/^calls=1,/)
    })
  })
})
