import { describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startLoadingRedis } from '../support/loading-redis.ts'
import { type FindValue, polledTarget, pollValues } from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** The value that a poll must have found. */
function found(value: FindValue, name: string, labels = {}): number {
  const number = value(name, labels)
  if (number === undefined) throw new Error(`the poll found no ${name}`)
  return number
}

it('a server that loads its data tells how far it is, and no more when it is done', async () => {
  await using directory = await temporaryDirectory()
  await using redis = await startLoadingRedis(directory.path)
  using target = polledTarget(redis.url)
  const first = await pollValues(target)
  const total = found(first, 'redis_loading_total_bytes')

  expect(total).toBeGreaterThan(10_000)
  expect(Date.now() / 1e3 - found(first, 'redis_loading_start_timestamp_seconds')).toBeLessThan(30)
  expect(found(first, 'redis_loading_rdb_memory_used_bytes')).toBeGreaterThan(100_000)
  expect(found(first, 'redis_loading_eta_seconds')).toBeGreaterThan(0)
  const before = found(first, 'redis_loading_loaded_bytes')
  await eventually(async () => {
    const value = await pollValues(target)
    const loaded = found(value, 'redis_loading_loaded_bytes')
    expect(loaded).toBeGreaterThan(before)
    expect(loaded).toBeLessThan(total)
    expect(found(value, 'redis_loading_loaded_ratio')).toBeCloseTo(loaded / total, 3)
  })
  await redis.client().config('SET', 'key-load-delay', '0')
  await eventually(async () => {
    const value = await pollValues(target)
    expect(value('redis_loading_dump_file')).toBe(0)
    expect(value('redis_loading_loaded_bytes')).toBeUndefined()
  })
})

it('a save that runs tells how many keys of how many it has written', async () => {
  await using redis = await startRedis({ args: ['--rdb-key-save-delay', '3000'] })
  await writeKeys(redis, 2_000)
  using target = polledTarget(redis.url)
  expect((await pollValues(target))('redis_current_save_keys')).toBe(0)
  await redis.client().bgsave()

  await eventually(async () => {
    const value = await pollValues(target)
    const written = found(value, 'redis_current_save_keys_processed')
    expect(value('redis_rdb_bgsave_in_progress')).toBe(1)
    expect(value('redis_current_save_keys')).toBe(2_000)
    expect(written).toBeGreaterThan(0)
    expect(written).toBeLessThan(2_000)
    expect(value('redis_current_fork_ratio')).toBeCloseTo(written / 2_000, 3)
    expect(value('redis_forks_total')).toBe(1)
  })
})

it('a replica that lost its master tells for how many seconds', async () => {
  await using master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] })
  await using replica = await startReplica(master)
  using target = polledTarget(replica.url)
  const labels = { master_host: '127.0.0.1', master_port: `${master.port}` }
  const down = 'redis_master_link_down_since_seconds'
  expect((await pollValues(target))(down, labels)).toBeUndefined()
  await master.kill()

  await eventually(async () => {
    const { master_link_down_since_seconds } = await replica.info('replication')
    const value = await pollValues(target)
    expect(value('redis_master_link_up', labels)).toBe(0)
    expect(value(down, labels)).toBe(Number(master_link_down_since_seconds))
    expect(value(down, labels)).toBeGreaterThan(0)
  })
})

describe('a master whose replica does not keep up', () => {
  it('tells for how long and how far it is behind', async () => {
    await using master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] })
    await using replica = await startReplica(master)
    using target = polledTarget(master.url)
    const labels = { slave_ip: '127.0.0.1', slave_port: `${replica.port}`, slave_state: 'online' }
    await replica.pause()
    await writeKeys(master, 100)

    await eventually(async () => {
      const value = await pollValues(target)
      const offset = found(value, 'redis_connected_slave_offset_bytes', labels)
      expect(value('redis_connected_slave_lag_seconds', labels)).toBeGreaterThan(1)
      expect(found(value, 'redis_master_repl_offset') - offset).toBeGreaterThan(100 * 100)
    })
    replica.resume()
    await eventually(async () => {
      const value = await pollValues(target)
      const offset = found(value, 'redis_connected_slave_offset_bytes', labels)
      expect(offset).toBe(found(value, 'redis_master_repl_offset'))
    })
  })

  it('tells how long its shutdown waits for it', async () => {
    await using master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] })
    await using replica = await startReplica(master)
    using target = polledTarget(master.url)
    expect((await pollValues(target))('redis_shutdown_in_seconds')).toBeUndefined()
    await replica.pause()
    await writeKeys(master, 1)
    // It gets no answer: the server is gone by then.
    master.client().call('SHUTDOWN', 'NOSAVE').catch(String)

    await eventually(async () => {
      const left = found(await pollValues(target), 'redis_shutdown_in_seconds')
      expect(left).toBeGreaterThan(0)
      expect(left).toBeLessThanOrEqual(10)
    })
    replica.resume()
  })
})

it('a replica that is sent all data tells how much came', async () => {
  const slowly = ['--repl-diskless-sync', 'yes', '--repl-diskless-sync-delay', '0']
  await using master = await startRedis({ args: [...slowly, '--rdb-key-save-delay', '3000'] })
  await writeKeys(master, 2_000)
  await using replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${master.port}`] })
  using target = polledTarget(replica.url)
  const labels = { master_host: '127.0.0.1', master_port: `${master.port}` }

  await eventually(
    async () => {
      const value = await pollValues(target)
      expect(value('redis_master_sync_in_progress', labels)).toBe(1)
      expect(value('redis_master_sync_read_bytes', labels)).toBeGreaterThan(0)
      expect(value('redis_master_sync_last_io_age_seconds', labels)).toBeGreaterThanOrEqual(0)
    },
    { within: 30_000 },
  )
})

it('the clock of a server on the same machine is not ahead', async () => {
  await using redis = await startRedis()
  using target = polledTarget(redis.url)
  await pollValues(target)

  const offset = found(await pollValues(target), 'redis_clock_offset_seconds')

  expect(Math.abs(offset)).toBeLessThan(1)
})

it('what a server tells beyond what is known is there for whoever asks for it', async () => {
  await using redis = await startRedis()
  const one = { section: 'server', field: 'arch_bits' }
  using silent = polledTarget(redis.url)
  using target = polledTarget(redis.url, { settings: { includeUnknownInfoFields: true } })

  expect((await pollValues(silent))('redis_info_field', one)).toBeUndefined()
  expect((await pollValues(target))('redis_info_field', one)).toBe(64)
})

async function startReplica(master: RedisServer): Promise<RedisServer> {
  const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${master.port}`] })
  await eventually(
    async () => {
      expect((await replica.info('replication')).master_link_status).toBe('up')
      expect((await master.info('replication')).slave0).toContain('state=online')
    },
    { within: 30_000 },
  )
  return replica
}

async function writeKeys(redis: RedisServer, count: number): Promise<void> {
  const writes = redis.client().pipeline()
  for (let number = 0; number < count; number++) writes.set(`key:${number}`, 'x'.repeat(100))
  await writes.exec()
}
