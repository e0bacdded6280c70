import { expect } from 'vitest'
import { hashSlot } from '../../src/keyspace/hash-slot.ts'
import { configured } from './configured.ts'
import type { RedisCluster } from './redis-cluster.ts'
import type { RedisServer } from './redis-process.ts'
import { keyCollectors } from './registry.ts'
import type { MoveSlots } from './slot-moves.ts'
import { type WalkedTarget, walkedTarget } from './walked-target.ts'

const last = 2_000
const keys = 6_000
// Slots go to and fro until a node has refused a key that moved, or so often.
const fewest = 2
const most = 30

const walking = [
  ...['--check-keys=key:*', '--count-keys=*', '--check-key-groups=^(%a+)', '--check-streams=*'],
]

/**
 * Walks the nodes of a cluster again and again while slots with keys go from its first node to the
 * second and back. No walk may fail or reject anything for that, and then every key is found once.
 * Returns how many replies told that a key had moved.
 */
export async function walkWhileSlotsMove(cluster: RedisCluster, move: MoveSlots): Promise<number> {
  const [first, second] = cluster.nodes
  if (!first || !second) throw new Error('the cluster lacks nodes')
  await fill(first)
  const targets = cluster.nodes.map(({ url }) =>
    walkedTarget(url, keyCollectors, {
      settings: { ...configured(walking).settings, checkKeysBatchSize: 100 },
    }),
  )
  let isOver = false
  const walks = Promise.all(
    targets.map(async (target) => {
      const results = [await target.walk()]
      while (!isOver) results.push(await target.walk())
      return results
    }),
  )
  try {
    for (let times = 0; times < most; times++) {
      await move(second, first, [0, last])
      await move(first, second, [0, last])
      if (times + 1 >= fewest && (await movedReplies(cluster)) > 0) break
    }
  } finally {
    isOver = true
  }
  for (const { error, collectors } of (await walks).flat()) {
    expect(error).toBeUndefined()
    expect(collectors.flatMap(({ rejected }) => rejected)).toEqual([])
    expect(collectors.flatMap((one) => one.error ?? [])).toEqual([])
    expect(collectors.flatMap(({ failedParts }) => [...(failedParts ?? [])])).toEqual([])
  }
  const moved = await movedReplies(cluster)
  await expectAll(targets, cluster)
  for (const target of targets) target[Symbol.dispose]()
  return moved
}

/** Now that nothing moves, every key is found once, without an error reply. */
async function expectAll(targets: readonly WalkedTarget[], cluster: RedisCluster): Promise<void> {
  const before = await movedReplies(cluster)
  let counted = 0
  for (const target of targets) {
    await target.walk()
    for (const { value } of target.samples('count-keys')) counted += Number(value)
  }
  expect(counted).toBe(keys)
  expect(await movedReplies(cluster)).toBe(before)
}

async function fill(node: RedisServer): Promise<void> {
  const writes = node.client().pipeline()
  let made = 0
  for (let number = 0; made < keys; number++) {
    const key = `key:${number}`
    if (hashSlot(key) > last) continue
    writes.set(key, `${number} ${'x'.repeat(1_000)}`)
    made += 1
  }
  await writes.exec()
}

async function movedReplies(cluster: RedisCluster): Promise<number> {
  const counts = await Promise.all(
    cluster.nodes.map(async (node) => {
      const { errorstat_MOVED = '' } = await node.info('errorstats')
      return Number(/count=(\d+)/.exec(errorstat_MOVED)?.[1] ?? 0)
    }),
  )
  return counts.reduce((sum, count) => sum + count, 0)
}
