import { mkdir, rmdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { readFixture } from '../support/fixtures.ts'
import { answers } from '../support/peer-behaviours.ts'
import { startCluster } from '../support/redis-cluster.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { resp } from '../support/resp.ts'
import { type ScriptedPeer, startPeer } from '../support/scripted-peer.ts'
import { startSentinelDeployment } from '../support/sentinel-deployment.ts'
import { type Watched, watch } from '../support/watching-prometheus.ts'

// What the alerts warn of is done to Redis, and a real Prometheus that scrapes the exporter finds it.
// How long it has to last is no part of it; that is tested with made-up series.

/** Does something again and again until an alert finds it. */
async function until(
  watched: Watched,
  alert: string,
  again: () => Promise<unknown>,
  labels: object = {},
): Promise<void> {
  await eventually(
    async () => {
      await again()
      expect(await watched.found(alert)).toEqual([labels])
    },
    { within: 60_000, every: 200 },
  )
}

describe('a Redis', () => {
  let redis: RedisServer
  let watched: Watched

  const configure = async (name: string, value: string | number) =>
    await redis.client().config('SET', name, `${value}`)

  beforeAll(async () => {
    redis = await startRedis({ args: ['--maxmemory', '1gb'] })
    await redis.client().mset('a', '1', 'b', '2')
    watched = await watch({
      REDIS_URL: redis.url,
      REDIS_EXPORTER_COUNT_KEYS: '*',
      SCAN_INTERVAL: '1',
    })
    // Whatever rises is seen only once there were some scrapes.
    await eventually(
      async () =>
        expect(await watched.prometheus.query('count_over_time(redis_up[1m]) > 3')).toHaveLength(1),
      { within: 60_000, every: 500 },
    )
  })

  afterAll(async () => {
    await watched?.[Symbol.asyncDispose]()
    await redis?.stop()
  })

  it('that loses the right to a command makes RedisCollectorFails find the collector', async () => {
    await redis.client().call('ACL', 'SETUSER', 'default', '-slowlog')

    await watched.becomes('RedisCollectorFails', [{ collector: 'slowlog' }])
  })

  it('and RedisCollectorFailed too, with the reason', async () => {
    await watched.becomes('RedisCollectorFailed', [{ collector: 'slowlog', reason: 'noperm' }])
  })

  it('and RedisAccessDenied, when it goes on', async () => {
    const denied = () => expect(redis.client().slowlog('LEN')).rejects.toThrow('NOPERM')

    await until(watched, 'RedisAccessDenied', denied)
  })

  it('that refuses to look for keys makes RedisCollectorFails find who walks, since the walk ends', async () => {
    await redis.client().call('ACL', 'SETUSER', 'default', '+slowlog', '-scan')

    await watched.becomes('RedisCollectorFails', [{ collector: 'count-keys' }])
    const ended = 'increase(redis_exporter_scans_total{result="failed"}[5m]) > 0'
    expect(await watched.prometheus.query(ended)).toEqual([])
    await redis.client().call('ACL', 'SETUSER', 'default', '+scan')
  })

  it('that is asked with wrong passwords makes RedisLoginsRefused find it', async () => {
    await until(watched, 'RedisLoginsRefused', async () => {
      const login = redis.client().call('AUTH', 'nobody', 'wrong')
      await expect(login).rejects.toThrow('WRONGPASS')
    })
  })

  it('whose commands take a while makes RedisCommandSlow and RedisSlowlogGrows find it', async () => {
    const busy =
      "local now = function() local t = redis.call('TIME') return t[1] * 1000000 + t[2] end local to = now() + 80000 while now() < to do end"
    const takesLong = () => redis.client().eval(busy, 0)

    await until(watched, 'RedisSlowlogGrows', takesLong)
    // They look at different samples, so on a busy machine one is found before the other.
    await eventually(
      async () => {
        await takesLong()
        expect(await watched.found('RedisCommandSlow')).toContainEqual({ cmd: 'eval' })
      },
      { within: 60_000 },
    )
  })

  it('whose snapshots fail makes RedisSaveFails find it', async () => {
    // Where the file goes there is a folder.
    await mkdir(join(redis.directory, 'dump.rdb'))
    await redis.client().bgsave()

    await watched.becomes('RedisSaveFails', [{}])
    await rmdir(join(redis.directory, 'dump.rdb'))
  })

  it('whose memory is nearly full makes RedisMemoryNearLimit find it', async () => {
    await configure('stop-writes-on-bgsave-error', 'no')
    // What it uses changes a little with who is connected, so its limit is kept close above.
    await until(watched, 'RedisMemoryNearLimit', async () => {
      const { used_memory: used } = await redis.info('memory')
      await configure('maxmemory', Math.round(Number(used) * 1.05))
    })
  })

  it('whose memory is full makes RedisRefusesWrites find it', async () => {
    await configure('maxmemory', 1)
    const refused = () => expect(redis.client().set('c', '3')).rejects.toThrow('OOM')

    await until(watched, 'RedisRefusesWrites', refused, { err: 'OOM' })
  })

  it('that throws away keys with an expiry makes RedisEvictsKeys find it', async () => {
    await configure('maxmemory-policy', 'volatile-lru')
    await until(watched, 'RedisEvictsKeys', async () => {
      await configure('maxmemory', 0)
      await redis.client().set('d', '4', 'EX', 1000)
      await configure('maxmemory', 1)
      await redis.client().get('a')
    })
    await configure('maxmemory', 0)
  })

  it('that turns clients away makes RedisConnectionsNearLimit and RedisConnectionsRejected find it', async () => {
    const { connected_clients: connected } = await redis.info('clients')
    await configure('maxclients', Number(connected))

    await watched.becomes('RedisConnectionsNearLimit', [{}])
    await until(watched, 'RedisConnectionsRejected', async () => {
      const one = redis.client({ lazyConnect: true })
      await one.connect().catch(() => {})
      one.disconnect()
    })
  })

  it('that begins anew makes RedisRestarted find it', async () => {
    await redis.kill()
    await watched.becomes('RedisDown', [{}])
    await redis.restart()

    await watched.becomes('RedisRestarted', [{}])
  })
})

it.concurrent('a replica that is lost makes RedisReplicaLost find its master, and a master that is lost RedisReplicaBroken the replica', async () => {
  await using master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] })
  await using replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${master.port}`] })
  await using watched = await watch({ REDIS_ADDR: `${master.url},${replica.url}` })
  const connected = 'redis_connected_slaves == 1'
  await eventually(async () => expect(await watched.prometheus.query(connected)).toHaveLength(1), {
    within: 60_000,
  })
  const linked = 'redis_master_link_up == 1'
  await eventually(async () => expect(await watched.prometheus.query(linked)).toHaveLength(1), {
    within: 60_000,
  })
  await replica.kill()
  await watched.becomes('RedisReplicaLost', [{ target: master.url }])
  await replica.restart()
  await watched.becomes('RedisReplicaLost', [])
  await master.kill()

  const labels = { master_host: '127.0.0.1', master_port: `${master.port}`, target: replica.url }
  await watched.becomes('RedisReplicaBroken', [labels])
  await watched.becomes('RedisDown', [{ target: master.url }])
})

it.concurrent('a cluster that loses a master without replica makes RedisClusterDown and RedisSlotsUncovered find it', async () => {
  await using cluster = await startCluster({ masters: 3, replicas: 1 })
  const [first, second] = cluster.nodes
  if (!first || !second) throw new Error('the cluster has no nodes')
  await using watched = await watch({ REDIS_ADDR: first.url, REDIS_EXPORTER_IS_CLUSTER: 'true' })
  await eventually(
    async () =>
      expect(await watched.prometheus.query('redis_topology_slots_covered == 16384')).toHaveLength(
        1,
      ),
    { within: 60_000 },
  )
  // Two of three have no replica, which one has.
  await watched.becomes('RedisShardWithoutReplica', [{ topology: first.url }])
  await second.kill()

  await watched.becomes('RedisSlotsUncovered', [{ topology: first.url }])
  await eventually(
    async () =>
      expect(await watched.found('RedisClusterDown')).toContainEqual({ target: first.url }),
    { within: 60_000 },
  )
})

it.concurrent('Sentinels that are lost make RedisSentinelQuorumLost find those that are left', async () => {
  await using deployment = await startSentinelDeployment()
  const [left, ...others] = deployment.sentinels
  await using watched = await watch({ REDIS_ADDR: left.url })
  for (const sentinel of others) await sentinel.kill()

  await watched.becomes('RedisSentinelQuorumLost', [{ master_name: 'orders' }])
})

it.concurrent('a server that writes its databases as no other makes RedisFieldsRejected find the collector', async () => {
  await using pika: ScriptedPeer = await startPeer(
    answers(([name]) =>
      name === 'INFO'
        ? resp.bulk(readFixture('cases/other-keyspace.info'))
        : resp.error(`ERR unknown command '${name}'`),
    ),
  )
  await using watched = await watch({ REDIS_URL: pika.url })

  await watched.becomes('RedisFieldsRejected', [{ collector: 'keyspace' }])
})

it.concurrent('more clients than there is room for make RedisSeriesLeftOut find the collector', async () => {
  await using redis = await startRedis()
  await redis.client().ping()
  await using watched = await watch({
    REDIS_URL: redis.url,
    REDIS_EXPORTER_EXPORT_CLIENT_LIST: 'true',
    REDIS_EXPORTER_CLIENT_LIST_MAX_SERIES: '15',
  })

  await watched.becomes('RedisSeriesLeftOut', [{ collector: 'client-list' }])
})

it.concurrent('a Redis that hangs for longer than the interval makes RedisPollsSkipped find it', async () => {
  await using redis = await startRedis()
  await using watched = await watch({ REDIS_URL: redis.url, POLL_TIMEOUT: '5', POLL_MAX_AGE: '20' })
  await watched.becomes('RedisDown', [])
  await redis.pause()

  await watched.becomes('RedisPollsSkipped', [{}])
  redis.resume()
})
