import { expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { freeClusterPort } from '../support/free-port.ts'
import { startLoadingRedis } from '../support/loading-redis.ts'
import { loggedTarget } from '../support/logged-target.ts'
import { polledTarget, pollValues } from '../support/polled-target.ts'
import { startRedis } from '../support/redis-server.ts'
import { hasCommandlog } from '../support/server-under-test.ts'
import { snapshotBytes } from '../support/snapshot-bytes.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

it('a server that is loading its data is up, and is asked for nothing that it refuses', async () => {
  await using directory = await temporaryDirectory()
  await using redis = await startLoadingRedis(directory.path)
  using target = polledTarget(redis.url)
  const before = await redis.info('errorstats')

  for (let count = 0; count < 2; count++) {
    const value = await pollValues(target)
    expect(value('redis_up')).toBe(1)
    expect(value('redis_loading_dump_file')).toBe(1)
    expect(value('redis_exporter_collector_success', { collector: 'memory' })).toBe(1)
    expect(value('redis_exporter_collector_success', { collector: 'config' })).toBe(0)
    // What the server does not have does not fail.
    expect(value('redis_exporter_collector_success', { collector: 'commandlog' })).toBe(
      hasCommandlog ? 0 : undefined,
    )
  }

  expect(await redis.info('errorstats')).toEqual(before)
})

it('a cluster node that is loading its data is up, without the state of the cluster', async () => {
  await using directory = await temporaryDirectory()
  const port = await freeClusterPort()
  await using redis = await startLoadingRedis(directory.path, port, ['--cluster-enabled', 'yes'])
  using target = polledTarget(redis.url)
  const before = await redis.info('errorstats')

  const value = await pollValues(target)

  expect(value('redis_loading_dump_file')).toBe(1)
  expect(value('redis_cluster_enabled')).toBe(1)
  expect(value('redis_cluster_known_nodes')).toBeUndefined()
  expect(await redis.info('errorstats')).toEqual(before)
})

it('a server has its keys at the first poll after they are loaded, with one line of the log for the time before', async () => {
  await using directory = await temporaryDirectory()
  await using redis = await startLoadingRedis(directory.path)
  using target = loggedTarget(redis.url)
  expect(snapshotBytes(await target.poll()).toString()).toContain('\nredis_loading_dump_file 1\n')
  await redis.client().config('SET', 'key-load-delay', '0')

  await eventually(async () => {
    const body = snapshotBytes(await target.poll()).toString()
    expect(body).toContain('\nredis_db_keys{db="db0"} 1000\n')
    expect(body).toContain('\nredis_loading_dump_file 0\n')
  })

  expect(target.lines().map(({ msg }) => msg)).toEqual([
    'collector failed: the server is loading its data (LOADING)',
    'up',
    'collector works again',
  ])
})

it('a replica that lost its master and serves no stale data is up, with its link down', async () => {
  await using master = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] })
  await using replica = await startRedis({
    args: ['--replicaof', '127.0.0.1', `${master.port}`, '--replica-serve-stale-data', 'no'],
  })
  await eventually(async () => {
    expect((await replica.info('replication')).master_link_status).toBe('up')
  })
  await master.kill()
  await eventually(async () => {
    await expect(replica.client().get('key')).rejects.toThrow('MASTERDOWN')
  })
  const before = await replica.info('errorstats')
  using target = polledTarget(replica.url)

  for (let count = 0; count < 2; count++) {
    const value = await pollValues(target)
    expect(value('redis_up')).toBe(1)
    expect(value('redis_master_link_up', { master_port: `${master.port}` })).toBe(0)
  }

  expect(await replica.info('errorstats')).toEqual(before)
})
