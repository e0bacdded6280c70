import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type FindValue, familiesOf, polledTarget, pollValues } from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

type Fields = Readonly<Record<string, string>>

describe('a master with a replica', () => {
  let master: RedisServer
  let replica: RedisServer

  beforeAll(async () => {
    master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] })
    replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${master.port}`] })
    await eventually(
      async () => {
        expect((await replica.info('replication')).master_link_status).toBe('up')
        expect((await master.info('replication')).slave0).toContain('state=online')
      },
      { within: 30_000 },
    )
    await master.client().set('key', 'value')
  })

  afterAll(async () => {
    await replica?.stop()
    await master?.stop()
  })

  it('tells of the replica by address and state, with its offset and lag', async () => {
    await sameAsReported(master, 'replication', (value, fields) => {
      const parts = new Map(fields.slave0?.split(',').map((part) => part.split('=') as never))
      const labels = { slave_ip: '127.0.0.1', slave_port: `${replica.port}`, slave_state: 'online' }
      expect(value('redis_connected_slaves')).toBe(1)
      expect(value('redis_connected_slave_offset_bytes', labels)).toBe(Number(parts.get('offset')))
      expect(value('redis_connected_slave_lag_seconds', labels)).toBe(Number(parts.get('lag')))
    })
  })

  it('tells of its backlog and offset', async () => {
    await sameAsReported(master, 'replication', (value, fields) => {
      expect(Number(fields.master_repl_offset)).toBeGreaterThan(0)
      expect(value('redis_master_repl_offset')).toBe(Number(fields.master_repl_offset))
      expect(value('redis_repl_backlog_is_active')).toBe(1)
      expect(value('redis_replication_backlog_bytes')).toBe(Number(fields.repl_backlog_size))
      expect(value('redis_repl_backlog_history_bytes')).toBe(Number(fields.repl_backlog_histlen))
    })
  })

  it('says which role each has', async () => {
    expect(await roleOf(master)).toBe('master')
    expect(await roleOf(replica)).toBe('slave')
  })

  it('is named in all that the replica tells of its link', async () => {
    const labels = { master_host: '127.0.0.1', master_port: `${master.port}` }
    await sameAsReported(replica, 'replication', (value, fields) => {
      expect(value('redis_master_link_up', labels)).toBe(1)
      expect(value('redis_master_sync_in_progress', labels)).toBe(0)
      expect(value('redis_slave_repl_offset', labels)).toBe(Number(fields.slave_repl_offset))
      expect(value('redis_master_last_io_seconds_ago', labels)).toBe(
        Number(fields.master_last_io_seconds_ago),
      )
      expect(value('redis_slave_info', { ...labels, read_only: '1' })).toBe(1)
      expect(value('redis_slave_priority')).toBe(100)
    })
  })

  it('has no family of a replica itself', async () => {
    const value = await values(master)
    expect(value('redis_slave_info')).toBeUndefined()
    expect(value('redis_master_link_up')).toBeUndefined()
    expect(value('redis_slave_repl_offset')).toBeUndefined()
  })
})

it('a replica that stands still is behind by what its master writes, and catches up', async () => {
  await using master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] })
  await using replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${master.port}`] })
  using target = polledTarget(master.url)
  const labels = { slave_ip: '127.0.0.1', slave_port: `${replica.port}`, slave_state: 'online' }
  const lag = async () => (await pollValues(target))('redis_connected_slave_lag_bytes', labels)
  await eventually(async () => expect(await lag()).toBe(0), { within: 30_000 })

  await replica.pause()
  await master.client().set('first', 'x'.repeat(100_000))
  const first = (await lag()) ?? 0
  await master.client().set('second', 'x'.repeat(50_000))
  const second = (await lag()) ?? 0
  console.log(`a replica that stands still is behind by ${first}, then by ${second} bytes`)
  // The values and some dozens of bytes around each.
  expect(first).toBeGreaterThan(100_000)
  expect(first).toBeLessThan(101_000)
  expect(second - first).toBeGreaterThan(50_000)
  expect(second - first).toBeLessThan(51_000)

  replica.resume()
  await eventually(async () => expect(await lag()).toBe(0), { within: 30_000 })
})

it('a replica that is promoted has its new role in every series at the next poll', async () => {
  await using master = await startRedis()
  await using replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${master.port}`] })
  using target = polledTarget(replica.url)
  const roles = async () => {
    const samples = (await familiesOf(await target.poll(), true)).flatMap((one) => one.samples)
    return new Set(samples.map(({ labels }) => labels.instance_role))
  }

  // The time that connecting took has no role.
  expect(await roles()).toEqual(new Set(['slave', undefined]))
  await replica.client().call('REPLICAOF', 'NO', 'ONE')
  expect(await roles()).toEqual(new Set(['master', undefined]))
})

async function values(server: RedisServer): Promise<FindValue> {
  using target = polledTarget(server.url)
  return await pollValues(target)
}

/** Compares when nothing changes between the poll and what the server reports right before it. */
async function sameAsReported(
  server: RedisServer,
  section: string,
  compare: (value: FindValue, fields: Fields) => void,
): Promise<void> {
  await eventually(async () => {
    const fields = await server.info(section)
    compare(await values(server), fields)
  })
}

async function roleOf(server: RedisServer): Promise<string | undefined> {
  using target = polledTarget(server.url)
  const families = await familiesOf(await target.poll())
  return families.find(({ name }) => name === 'redis_instance_info')?.samples[0]?.labels.role
}
