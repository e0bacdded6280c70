import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type FindValue, polledTarget, pollValues } from '../support/polled-target.ts'
import { type RedisCluster, startCluster } from '../support/redis-cluster.ts'
import { startSentinel } from '../support/redis-sentinel.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

describe('a node of a cluster of three masters', () => {
  let cluster: RedisCluster
  let node: RedisServer

  beforeAll(async () => {
    cluster = await startCluster()
    const [first] = cluster.nodes
    if (first === undefined) {
      throw new Error('the cluster has no node')
    }
    node = first
  })

  afterAll(async () => await cluster?.[Symbol.asyncDispose]())

  it('tells the state of the cluster as a whole', async () => {
    const value = await values(node)
    expect(value('redis_cluster_enabled')).toBe(1)
    expect(value('redis_cluster_state')).toBe(1)
    expect(value('redis_cluster_known_nodes')).toBe(3)
    expect(value('redis_cluster_size')).toBe(3)
    expect(value('redis_cluster_slots_assigned')).toBe(16_384)
    expect(value('redis_cluster_slots_ok')).toBe(16_384)
    expect(value('redis_cluster_slots_pfail')).toBe(0)
    expect(value('redis_cluster_slots_fail')).toBe(0)
  })

  it('tells its own epoch, and the messages of the bus by kind', async () => {
    const before = await clusterInfo(node)
    const value = await values(node)
    const after = await clusterInfo(node)
    expect(value('redis_cluster_my_epoch')).toBe(Number(before.cluster_my_epoch))
    for (const [name, field] of [
      ['redis_cluster_messages_sent_total', 'cluster_stats_messages_sent'],
      ['redis_cluster_messages_received_total', 'cluster_stats_messages_received'],
      ['redis_cluster_stats_messages_ping_sent', 'cluster_stats_messages_ping_sent'],
    ] as const) {
      expect(value(name)).toBeGreaterThanOrEqual(Number(before[field]))
      expect(value(name)).toBeLessThanOrEqual(Number(after[field]))
    }
  })

  it('has one database', async () => {
    const value = await values(node)
    expect(value('redis_db_keys', { db: 'db0' })).toBe(0)
    expect(value('redis_db_keys', { db: 'db1' })).toBeUndefined()
  })

  it('tells of its links to the other nodes, and when they were made', async () => {
    const now = Date.now() / 1e3
    await eventually(async () => expect((await links(node)).to).toBe(2), { within: 20_000 })
    const { from, oldest, newest } = await links(node)

    expect(from).toBe(2)
    expect(oldest).toBeLessThanOrEqual(newest)
    expect(oldest).toBeGreaterThan(now - 120)
    expect(newest).toBeLessThan(now + 20)
  })

  it('tells when another node is gone', async () => {
    await cluster.nodes[2]?.kill()

    await eventually(async () => expect((await values(node))('redis_cluster_state')).toBe(0), {
      within: 20_000,
      every: 200,
    })
    // Now and then it tries to make another one.
    await eventually(async () => expect(await links(node)).toMatchObject({ to: 1, from: 1 }))
    const value = await values(node)
    expect(value('redis_up')).toBe(1)
    expect(value('redis_cluster_slots_fail')).toBe(
      Number((await clusterInfo(node)).cluster_slots_fail),
    )
    expect(value('redis_cluster_slots_fail')).toBeGreaterThan(5_000)
  })
})

describe('a Sentinel', () => {
  it('tells of each master that it watches, with replicas and peers', async () => {
    await using orders = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] })
    await using users = await startRedis()
    await using _replica = await startRedis({
      args: ['--replicaof', '127.0.0.1', `${orders.port}`],
    })
    await eventually(async () => {
      expect((await orders.info('replication')).slave0).toContain('state=online')
    })
    await using sentinel = await startSentinel({
      masters: [
        { name: 'orders', port: orders.port },
        { name: 'users', port: users.port },
      ],
    })
    const ofOrders = { master_name: 'orders', master_address: `127.0.0.1:${orders.port}` }
    const ofUsers = { master_name: 'users', master_address: `127.0.0.1:${users.port}` }

    const value = await values(sentinel)

    expect(value('redis_sentinel_masters')).toBe(2)
    expect(value('redis_sentinel_tilt')).toBe(0)
    expect(value('redis_sentinel_master_status', { ...ofOrders, master_status: 'ok' })).toBe(1)
    expect(value('redis_sentinel_master_slaves', ofOrders)).toBe(1)
    expect(value('redis_sentinel_master_slaves', ofUsers)).toBe(0)
    expect(value('redis_sentinel_master_sentinels', ofUsers)).toBe(1)
    expect(value('redis_instance_info', { redis_mode: 'sentinel' })).toBe(1)
    expect(value('redis_db_keys')).toBeUndefined()
  })

  it('tells when a master is down', async () => {
    await using master = await startRedis()
    await using sentinel = await startSentinel({ masters: [{ name: 'mine', port: master.port }] })
    await master.kill()

    await eventually(
      async () => {
        const value = await values(sentinel)
        const labels = { master_name: 'mine', master_status: 'odown' }
        expect(value('redis_sentinel_master_status', labels)).toBe(0)
      },
      { within: 30_000, every: 200 },
    )
  })
})

async function values(server: RedisServer, collect: readonly string[] = []): Promise<FindValue> {
  using target = polledTarget(server.url, { collect })
  return await pollValues(target)
}

async function links(node: RedisServer) {
  const value = await values(node, ['cluster-links'])
  const of = (name: string, direction?: string) =>
    value(`redis_cluster_links${name}`, direction ? { direction } : undefined) ?? Number.NaN
  return {
    to: of('', 'to'),
    from: of('', 'from'),
    oldest: of('_oldest_created_timestamp_seconds'),
    newest: of('_newest_created_timestamp_seconds'),
  }
}

async function clusterInfo(node: RedisServer): Promise<Readonly<Record<string, string>>> {
  const text = String(await node.client().call('CLUSTER', 'INFO'))
  return Object.fromEntries(text.split('\r\n').map((line) => line.split(':')))
}
