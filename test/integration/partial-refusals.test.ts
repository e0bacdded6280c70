import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseExposition, sampleValue } from '../support/exposition.ts'
import { type LoggedTarget, loggedTarget } from '../support/logged-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { snapshotBytes } from '../support/snapshot-bytes.ts'

const password = 'hunter2@/tr0ub4dor'
const refused = ['config', 'slowlog', 'latency', 'latency-histogram']

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

  it('gets the sixteen databases that a server has when nobody says otherwise', () => {
    expect(body.match(/^redis_db_keys\{.*/gm)).toHaveLength(16)
  })

  it('gets no family of the commands that are refused', () => {
    expect(body).not.toMatch(/^redis_(config|slowlog|latency_spike|commands_latencies)_/m)
  })

  it('sees which collectors failed', () => {
    const failed = /^redis_exporter_collector_success\{collector="([^"]+)"\} 0$/gm
    expect([...body.matchAll(failed)].map(([, name]) => name)).toEqual(refused)
  })

  it('finds each refusal counted once, not on every poll', async () => {
    const counts = (await target.ownMetrics()).match(/^redis_exporter_collector_errors_total.*/gm)
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

  it('is asked for them once, and no more, when it cannot tell what it has', async () => {
    await using redis = await startRedis({
      args: ['--rename-command', 'SLOWLOG', '', '--rename-command', 'COMMAND', ''],
    })
    using target = loggedTarget(redis.url)

    await target.poll(5)

    // COMMAND itself, SLOWLOG LEN and GET, and COMMANDLOG LEN of three logs.
    expect((await redis.info('errorstats')).errorstat_ERR).toBe('count=6')
    expect(target.lines().map(({ msg, collector }) => [collector, msg])).toEqual([
      ['slowlog', 'collector failed: the server does not know the command in this form'],
      ['commandlog', 'collector failed: the server does not know the command in this form'],
      [undefined, 'up'],
    ])
  })
})

function valueIn(body: string, name: string, labels: Readonly<Record<string, string>> = {}) {
  return sampleValue(parseExposition(body), name, labels)
}
