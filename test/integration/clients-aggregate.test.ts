import { describe, expect, it } from 'vitest'
import { clientList } from '../../src/collectors/clients/client-list.ts'
import { clientsAggregate } from '../../src/collectors/clients/clients-aggregate.ts'
import { leastStall } from '../support/event-loop.ts'
import { eventually } from '../support/eventually.ts'
import { polledTarget, pollValues } from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

const collectors = [clientsAggregate]

/** Clients of a few kinds: two workers in database 3, a subscriber, one that waits, one in MULTI. */
async function connectSome(redis: RedisServer): Promise<void> {
  for (const name of ['worker', 'worker']) {
    const worker = redis.client({ db: 3 })
    await worker.client('SETNAME', name)
    await worker.get('a')
  }
  await redis.client().subscribe('news')
  redis
    .client()
    .blpop('empty', 0)
    .catch(() => {})
  const other = redis.client()
  await other.call('ACL', 'SETUSER', 'app', 'on', 'nopass', '+@all', '~*')
  await other.call('AUTH', 'app', 'any')
  await other.call('MULTI')
}

it('the clients of a server by name, user, database and flag', async () => {
  await using redis = await startRedis()
  await connectSome(redis)
  using target = polledTarget(redis.url, { collectors })

  await eventually(async () => {
    const value = await pollValues(target)
    const flag = (name: string) => value('redis_clients_by_flag', { flag: name })
    // The exporter is one of them, by its own name.
    expect(value('redis_clients_by_name', { name: 'redis_exporter' })).toBe(1)
    expect(value('redis_clients_by_name', { name: 'worker' })).toBe(2)
    expect(value('redis_clients_by_name', { name: '' })).toBe(3)
    expect(value('redis_clients_by_user', { user: 'app' })).toBe(1)
    expect(value('redis_clients_by_user', { user: 'default' })).toBe(5)
    expect(value('redis_clients_by_database', { db: 'db3' })).toBe(2)
    expect(value('redis_clients_by_database', { db: 'db0' })).toBe(4)
    expect(['normal', 'pubsub', 'blocked', 'multi'].map(flag)).toEqual([3, 1, 1, 1])
    expect(flag('replica')).toBe(0)
    expect(value('redis_clients_age_seconds_count')).toBe(6)
    expect(value('redis_clients_idle_seconds_count')).toBe(6)
  })
})

it('a client that does not read what it asked for shows as the largest output buffer', async () => {
  await using redis = await startRedis()
  await redis.client().set('large', 'x'.repeat(1_000_000))
  const client = redis.client()
  await client.ping()
  client.stream?.pause()
  for (const _ of Array.from({ length: 50 })) client.get('large').catch(() => {})
  using target = polledTarget(redis.url, { collectors })

  await eventually(async () => {
    const value = await pollValues(target)
    expect(value('redis_client_largest_output_buffer_bytes')).toBeGreaterThan(10_000_000)
    expect(value('redis_clients_memory_bytes')).toBeGreaterThan(10_000_000)
  })
})

it('both collectors of clients share one CLIENT LIST in a poll', async () => {
  await using redis = await startRedis()
  using target = polledTarget(redis.url, {
    collectors: [clientList, clientsAggregate],
    settings: { exportClientList: true },
  })
  await target.poll()
  await redis.client().config('RESETSTAT')
  const { collectors: results } = await target.poll()

  expect(results.map(({ samples }) => samples.length > 10)).toEqual([true, true])
  // Redis has subcommands by name from 7.0 on.
  const stats = await redis.info('commandstats')
  expect(stats['cmdstat_client|list'] ?? stats.cmdstat_client).toMatch(/^calls=1,/)
})

describe('with 300 clients of 60 names', () => {
  it('there are 50 names and the rest, and a poll does not keep the event loop for 20 ms', async () => {
    await using redis = await startRedis()
    const clients = Array.from({ length: 300 }, () => redis.client())
    await Promise.all(clients.map((client, index) => client.client('SETNAME', `app-${index % 60}`)))
    using target = polledTarget(redis.url, { collectors })
    const { collectors: results } = await target.poll()

    const names = results[0]?.samples.filter(({ metric }) => metric.name === 'clients_by_name')
    expect(names?.map(({ value }) => value)).toEqual([...Array(50).fill(5), 51])
    expect(await leastStall(20, () => target.poll())).toBeLessThan(20)
  })
})
