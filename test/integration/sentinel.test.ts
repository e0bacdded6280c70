import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sentinelConfig } from '../../src/collectors/sentinel/sentinel-config.ts'
import { sentinelMasters } from '../../src/collectors/sentinel/sentinel-masters.ts'
import { eventually } from '../support/eventually.ts'
import { sampleValue } from '../support/exposition.ts'
import { familiesOf, polledTarget, pollValues } from '../support/polled-target.ts'
import { startSentinel } from '../support/redis-sentinel.ts'
import { startRedis } from '../support/redis-server.ts'
import { startWatchedMasters, type WatchedMasters } from '../support/watched-masters.ts'

const okMessage = 'OK 2 usable Sentinels. Quorum and failover authorization can be reached'
const lostMessage =
  'NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the specified quorum for this master. ' +
  'Not enough available Sentinels to reach the majority and authorize a failover'

describe('a Sentinel of two masters, with replicas and a peer', () => {
  let watched: WatchedMasters

  beforeAll(async () => {
    watched = await startWatchedMasters()
  }, 60_000)

  afterAll(async () => await watched?.[Symbol.asyncDispose]())

  it('tells the settings and the state of each master', async () => {
    using target = polledTarget(watched.sentinel.url)
    const value = await pollValues(target)

    for (const [name, port, quorum] of [
      ['orders', watched.orders.port, 2],
      ['users', watched.users.port, 1],
    ] as const) {
      const labels = { master_name: name, master_address: `127.0.0.1:${port}` }
      const of = (metric: string) => value(`redis_sentinel_master_${metric}`, labels)
      expect(of('setting_ckquorum')).toBe(quorum)
      expect(of('setting_failover_timeout')).toBe(180_000)
      expect(of('setting_parallel_syncs')).toBe(1)
      expect(of('setting_down_after_milliseconds')).toBe(1000)
      expect(of('config_epoch')).toBe(0)
      expect(of('last_ok_ping_reply_seconds')).toBeLessThan(30)
      expect(of('ok_sentinels')).toBe(2)
      expect(of('ok_slaves')).toBe(1)
      const quorumLabels = { master_name: name, message: okMessage }
      expect(value('redis_sentinel_master_ckquorum_status', quorumLabels)).toBe(1)
    }
  })

  it('is read in one round trip once it is known, and no collector fails', async () => {
    using target = polledTarget(watched.sentinel.url)
    const first = await target.poll()
    const second = await target.poll()

    expect([first, second].map(({ roundTrips }) => roundTrips)).toEqual([2, 1])
    expect(second.collectors.filter(({ error }) => error)).toEqual([])
    expect(second.collectors.flatMap(({ rejected }) => rejected)).toEqual([])
  })

  it('names its peer where that is asked for', async () => {
    using target = polledTarget(watched.sentinel.url, { settings: { includeSentinelPeers: true } })
    const families = await familiesOf(await target.poll())
    const peers = families.find(({ name }) => name === 'redis_sentinel_peer_info')?.samples ?? []
    const runid = String(await watched.peer.client().call('SENTINEL', 'MYID'))

    expect(peers.map(({ labels }) => labels.master_name).sort()).toEqual(['orders', 'users'])
    for (const { labels, value } of peers) {
      expect(value).toBe(1)
      const place = { ip: '127.0.0.1', port: `${watched.peer.port}` }
      expect(labels).toMatchObject({ ...place, runid, name: runid, flags: 'sentinel' })
    }
  })

  it('has an empty role', async () => {
    using target = polledTarget(watched.sentinel.url)
    const families = await familiesOf(await target.poll(), true)

    expect(sampleValue(families, 'redis_up', { instance_role: '' })).toBe(1)
  })

  it('counts what is down as not okay, and tells in words that the quorum is lost', async () => {
    using target = polledTarget(watched.sentinel.url)
    await Promise.all([watched.peer.kill(), watched.replicas[0].kill()])

    await eventually(
      async () => {
        const value = await pollValues(target)
        const of = (name: string) => ({ master_name: name })
        expect(value('redis_sentinel_master_ok_slaves', of('orders'))).toBe(0)
        expect(value('redis_sentinel_master_ok_slaves', of('users'))).toBe(1)
        expect(value('redis_sentinel_master_ok_sentinels', of('orders'))).toBe(1)
        expect(value('redis_sentinel_master_ok_sentinels', of('users'))).toBe(1)
        const message = { message: lostMessage }
        const quorum = { master_name: 'orders', ...message }
        expect(value('redis_sentinel_master_ckquorum_status', quorum)).toBe(0)
      },
      { within: 20_000, every: 200 },
    )
    const { collectors } = await target.poll()
    expect(collectors.filter(({ error }) => error)).toEqual([])
  })
})

it('a master that is added or removed shows at the next poll', async () => {
  await using first = await startRedis()
  await using second = await startRedis()
  await using sentinel = await startSentinel({ masters: [{ name: 'first', port: first.port }] })
  using target = polledTarget(sentinel.url)
  const names = async () => {
    const result = await target.poll()
    expect(result.collectors.filter(({ error }) => error)).toEqual([])
    const family = (await familiesOf(result)).find(
      ({ name }) => name === 'redis_sentinel_master_ckquorum_status',
    )
    return family?.samples.map(({ labels }) => labels.master_name).sort()
  }
  const client = sentinel.client()

  expect(await names()).toEqual(['first'])
  await client.call('SENTINEL', 'MONITOR', 'second', '127.0.0.1', `${second.port}`, '1')
  expect(await names()).toEqual(['first', 'second'])
  await client.call('SENTINEL', 'REMOVE', 'first')
  expect(await names()).toEqual(['second'])
})

describe('the parameters of a Sentinel', () => {
  const configuration = [
    'sentinel sentinel-user admin',
    'sentinel sentinel-pass hunter2',
    'sentinel announce-port 26399',
  ]

  it('are told but for its user and password', async () => {
    await using master = await startRedis()
    const masters = [{ name: 'mine', port: master.port }]
    await using sentinel = await startSentinel({ masters, configuration })
    const settings = { includeConfigMetrics: true }
    using target = polledTarget(sentinel.url, { settings })
    const families = await familiesOf(await target.poll())
    const value = (name: string, labels: Readonly<Record<string, string>>) =>
      sampleValue(families, `redis_sentinel_config_${name}`, labels)

    expect(value('key_value', { key: 'resolve-hostnames', value: 'no' })).toBe(1)
    expect(value('value', { key: 'announce-port' })).toBe(26_399)
    expect(JSON.stringify(families)).not.toMatch(/sentinel-user|sentinel-pass|hunter2/)
  })

  it('are all told when redaction is off', async () => {
    await using master = await startRedis()
    const masters = [{ name: 'mine', port: master.port }]
    await using sentinel = await startSentinel({ masters, configuration })
    const settings = { includeConfigMetrics: true, redactConfigMetrics: false }
    using target = polledTarget(sentinel.url, { settings })
    const families = await familiesOf(await target.poll())

    const user = { key: 'sentinel-user', value: 'admin' }
    expect(sampleValue(families, 'redis_sentinel_config_key_value', user)).toBe(1)
  })
})

it('a user with the declared commands alone reads all of a Sentinel', async () => {
  await using master = await startRedis()
  const masters = [{ name: 'mine', port: master.port }]
  await using sentinel = await startSentinel({ masters })
  const rules = [sentinelMasters, sentinelConfig].flatMap(({ commands = [] }) =>
    commands.map((name) => `+${name}`),
  )
  const words = ['reset', 'on', '>tr0ub4dor', '+info', '+command|info', ...rules]
  await sentinel.client().call('ACL', 'SETUSER', 'watcher', ...words)
  using target = polledTarget(sentinel.url, {
    user: 'watcher',
    password: 'tr0ub4dor',
    settings: { includeConfigMetrics: true, includeSentinelPeers: true },
  })
  await target.poll()
  const { error, collectors, roundTrips } = await target.poll()

  expect(error).toBeUndefined()
  expect(collectors.filter((collector) => collector.error)).toEqual([])
  expect(collectors.map(({ name }) => name)).toContain('sentinel-config')
  expect(roundTrips).toBe(1)
})
