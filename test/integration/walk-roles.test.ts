import { expect, it } from 'vitest'
import { errorCount } from '../support/error-replies.ts'
import { eventually } from '../support/eventually.ts'
import { startCluster } from '../support/redis-cluster.ts'
import { startSentinel } from '../support/redis-sentinel.ts'
import { startRedis } from '../support/redis-server.ts'
import { keyCollectors } from '../support/registry.ts'
import { allKeySettings, walkedFamilies } from '../support/walk-of-all-keys.ts'
import { walkedTarget } from '../support/walked-target.ts'

it('a replica in a cluster answers for the keys of its copy', async () => {
  await using cluster = await startCluster({ masters: 1, replica: true })
  const [master, replica] = cluster.nodes
  if (master === undefined || replica === undefined) throw new Error('the cluster lacks a node')
  await master.client().set('key:1', 1)
  await master.client().set('other', 2)
  await eventually(async () => expect(await replica.client().dbsize()).toBe(2))
  using target = walkedTarget(replica.url, keyCollectors, { settings: allKeySettings })
  const before = await errorCount(replica)
  const { error, role, collectors } = await target.walk()

  expect(error).toBeUndefined()
  expect(role).toBe('slave')
  expect(collectors.flatMap(({ rejected }) => rejected)).toEqual([])
  expect(target.samples('check-keys').map(({ labels }) => labels.key)).toContain('key:1')
  expect(await errorCount(replica)).toBe(before)
})

it('a Sentinel has no keys: nothing is walked, and nothing fails', async () => {
  await using master = await startRedis()
  await using sentinel = await startSentinel({ masters: [{ name: 'mine', port: master.port }] })
  using target = walkedTarget(sentinel.url, keyCollectors, { settings: allKeySettings })
  const before = await errorCount(sentinel)
  const { error, keys, collectors } = await target.walk()

  expect(error).toBeUndefined()
  expect(keys).toBe(0)
  expect(collectors.flatMap((one) => one.error ?? [])).toEqual([])
  expect(walkedFamilies(target)).toEqual([])
  expect(await errorCount(sentinel)).toBe(before)
})
