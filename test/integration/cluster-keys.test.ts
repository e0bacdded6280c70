import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hashSlot } from '../../src/keyspace/hash-slot.ts'
import { errorCount } from '../support/error-replies.ts'
import { eventually } from '../support/eventually.ts'
import { familiesOf, type PolledTarget, polledTarget } from '../support/polled-target.ts'
import { type RedisCluster, startCluster } from '../support/redis-cluster.ts'
import type { RedisServer } from '../support/redis-server.ts'

const names = Array.from({ length: 30 }, (_, index) => `key:${index}`)
// A node has one database: asking for another would be an error.
const [missing, besideOther] = ['key:{none}', 'key:{1}']
const flags = [
  `--check-single-keys=${[...names, missing, besideOther].join()},db3=key:1`,
  '--check-single-streams=key:stream,db3=key:stream',
]

let cluster: RedisCluster
let masters: readonly RedisServer[]
let replica: RedisServer

beforeAll(async () => {
  cluster = await startCluster({ replica: true })
  masters = cluster.nodes.slice(0, 3)
  const [last] = cluster.nodes.slice(3)
  if (last === undefined) throw new Error('the cluster has no replica')
  replica = last
  for (const name of names) await ownerOf(name).client().rpush(name, 1)
  await ownerOf('key:stream').client().xadd('key:stream', '*', 'a', 1)
})

afterAll(async () => await cluster?.[Symbol.asyncDispose]())

/** Slots are shared among the masters from the first to the last. */
function ownerOf(name: string): RedisServer {
  const owner = masters[Math.floor((hashSlot(name) * 3) / 16_384)]
  if (owner === undefined) throw new Error('the slot has no owner')
  return owner
}

/** The keys that a poll tells of, with their sizes. */
async function sizesOf(target: PolledTarget): Promise<ReadonlyMap<string, number>> {
  const families = await familiesOf(await target.poll())
  const sizes = families.find(({ name }) => name === 'redis_key_size')
  return new Map((sizes?.samples ?? []).map(({ labels, value }) => [labels.key ?? '', value]))
}

async function keysOf(target: PolledTarget): Promise<readonly string[]> {
  return [...(await sizesOf(target)).keys()]
}

describe('single keys on the nodes of a cluster', () => {
  it('come each from the node that has it, without any error reply', async () => {
    const found: string[] = []
    for (const node of masters) {
      using target = polledTarget(node.url, { flags })
      const before = await errorCount(node)
      const [first, second] = [await keysOf(target), await keysOf(target)]
      expect(await errorCount(node)).toBe(before)
      expect(first.length).toBeGreaterThan(0)
      expect(second).toEqual(first)
      found.push(...first)
    }

    expect(found.toSorted()).toEqual([...names, missing, besideOther].toSorted())
  })

  it('that are missing are empty on the node that would have them, whether others share its slot or not', async () => {
    const owner = ownerOf(missing)
    using target = polledTarget(owner.url, { flags })
    const before = await errorCount(owner)
    expect((await sizesOf(target)).get(missing)).toBe(0)

    const beside = `beside:${missing}`
    expect(hashSlot(beside)).toBe(hashSlot(missing))
    await owner.client().set(beside, '')
    expect((await sizesOf(target)).get(missing)).toBe(0)
    await owner.client().del(beside)

    expect((await sizesOf(target)).get(missing)).toBe(0)
    expect(await errorCount(owner)).toBe(before)
  })

  it('in a database that no node has are a failure, without any error reply', async () => {
    const [node] = masters
    using target = polledTarget(node?.url ?? '', { flags })
    const before = node && (await errorCount(node))
    const { collectors } = await target.poll()
    const told = collectors.flatMap(({ name, error, failedParts = new Map() }) =>
      [...(error ? [error] : []), ...failedParts.values()].map(({ message }) => [name, message]),
    )

    expect(told).toEqual([
      ['check-single-keys', 'there is no such database'],
      ['check-single-streams', 'there is no such database'],
    ])
    expect(node && (await errorCount(node))).toBe(before)
  })

  it('come from a replica as from its master, without any error reply', async () => {
    using ofMaster = polledTarget(masters[0]?.url ?? '', { flags })
    using ofReplica = polledTarget(replica.url, { flags })
    const before = await errorCount(replica)

    await eventually(async () => expect(await keysOf(ofReplica)).toEqual(await keysOf(ofMaster)))
    expect(await errorCount(replica)).toBe(before)
  })

  it('whose slot moves to the node appear with the next poll, and vanish from the other', async () => {
    const [name = ''] = names
    const from = ownerOf(name)
    const [to] = masters.filter((node) => node !== from)
    if (to === undefined) throw new Error('there is no other node')
    using source = polledTarget(from.url, { flags })
    using destination = polledTarget(to.url, { flags })
    expect(await keysOf(source)).toContain(name)
    expect(await keysOf(destination)).not.toContain(name)

    await moveSlot(name, from, to)
    const [before, beforeThere] = [await errorCount(from), await errorCount(to)]

    expect(await keysOf(destination)).toContain(name)
    expect(await keysOf(source)).not.toContain(name)
    expect([await errorCount(from), await errorCount(to)]).toEqual([before, beforeThere])
  })
})

/** Gives the slot of a key, in which there is no other, from one node to another. */
async function moveSlot(name: string, from: RedisServer, to: RedisServer): Promise<void> {
  const slot = `${hashSlot(name)}`
  const idOf = async (node: RedisServer) => String(await node.client().call('CLUSTER', 'MYID'))
  const [source, destination] = [await idOf(from), await idOf(to)]
  await to.client().call('CLUSTER', 'SETSLOT', slot, 'IMPORTING', source)
  await from.client().call('CLUSTER', 'SETSLOT', slot, 'MIGRATING', destination)
  await from.client().call('MIGRATE', '127.0.0.1', to.port, name, 0, 5000)
  for (const node of [to, from, ...masters])
    await node.client().call('CLUSTER', 'SETSLOT', slot, 'NODE', destination)
}
