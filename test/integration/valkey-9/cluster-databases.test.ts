import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { configured } from '../../support/configured.ts'
import { errorCount } from '../../support/error-replies.ts'
import { eventually } from '../../support/eventually.ts'
import { polledTarget, pollValues } from '../../support/polled-target.ts'
import { type RedisCluster, startCluster } from '../../support/redis-cluster.ts'
import { keyCollectors } from '../../support/registry.ts'
import { walkedTarget } from '../../support/walked-target.ts'

const password = 'tr0ub4dor'
const walking = configured([
  ...['--check-keys=db3=key:*', '--count-keys=key:*,db3=key:*', '--check-key-groups=^(%a+)'],
  ...['--check-streams=db2=*'],
])
const naming = ['--check-single-keys=db3=key:1,db3=gone', '--check-single-streams=db2=orders']

let cluster: RedisCluster
let errorsBefore: readonly number[]

beforeAll(async () => {
  cluster = await startCluster({
    masters: 1,
    replica: true,
    args: ['--cluster-databases', '4', '--repl-diskless-sync-delay', '0'],
  })
  const [master, replica] = cluster.nodes
  await master?.client().set('key:0', '7')
  await master?.client({ db: 3 }).mset({ '{key}:1': 1 })
  await master?.client({ db: 3 }).rpush('key:1', 'a', 'b')
  await master?.client({ db: 2 }).xadd('orders', '*', 'a', 1)
  await eventually(async () => expect((await replica?.info('keyspace'))?.db3).toMatch(/keys=2,/))
  errorsBefore = await Promise.all(cluster.nodes.map(errorCount))
})

afterAll(async () => await cluster?.[Symbol.asyncDispose]())

describe.each([
  ['the master', 0],
  ['the replica', 1],
])('the databases of a cluster, on %s', (_which, index) => {
  const node = () => cluster.nodes[index] ?? cluster.nodes[0]

  it('are walked, each with its keys', async () => {
    using target = walkedTarget(node()?.url ?? '', keyCollectors, { settings: walking.settings })
    const { error, collectors } = await target.walk()
    const values = (collector: string, name: string) =>
      target
        .samples(collector)
        .filter(({ metric }) => metric.name === name)
        .map(({ labels: { db, key, key_group, stream }, value }) => [
          db,
          key ?? key_group ?? stream,
          value,
        ])

    expect(error).toBeUndefined()
    expect(collectors.flatMap((one) => one.error ?? [])).toEqual([])
    expect(values('check-keys', 'key_size')).toEqual([['db3', 'key:1', 2]])
    expect(values('count-keys', 'keys_count')).toEqual([
      ['db0', 'key:*', 1],
      ['db3', 'key:*', 1],
    ])
    expect(values('key-groups', 'key_group_count')).toEqual(
      expect.arrayContaining([
        ['db0', 'key', 1],
        ['db2', 'orders', 1],
        ['db3', 'key', 1],
        ['db3', 'unclassified', 1],
      ]),
    )
    expect(values('check-streams', 'stream_length')).toEqual([['db2', 'orders', 1]])
  })

  it('are asked for the keys that are named in them', async () => {
    using target = polledTarget(node()?.url ?? '', { flags: naming })
    for (const value of [await pollValues(target), await pollValues(target)]) {
      expect(value('redis_key_size', { db: 'db3', key: 'key:1' })).toBe(2)
      expect(value('redis_stream_length', { db: 'db2', stream: 'orders' })).toBe(1)
      expect(value('redis_db_keys', { db: 'db3' })).toBe(2)
    }
  })

  it('cause no error reply by that', async () => {
    expect(await errorCount(node() ?? Object(undefined))).toBe(errorsBefore[index])
  })
})

it('are found as far as they hold keys by a user who may not read the configuration', async () => {
  const [master] = cluster.nodes
  const rules = ['reset', 'on', `>${password}`, '~*', '+@all', '-config']
  await master?.client().call('ACL', 'SETUSER', 'watcher', ...rules)
  using target = walkedTarget(
    `redis://watcher:${password}@127.0.0.1:${master?.port}`,
    keyCollectors,
    { settings: walking.settings },
  )
  await target.walk()

  expect(target.samples('check-keys').map(({ labels }) => labels.key)).toContain('key:1')
  expect(target.samples('count-keys').map(({ labels: { db }, value }) => [db, value])).toEqual([
    ['db0', 1],
    ['db3', 1],
  ])
})
