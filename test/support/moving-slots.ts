import { expect } from 'vitest'
import { keyCollectors } from '../../src/collectors/index.ts'
import { hashSlot } from '../../src/keyspace/hash-slot.ts'
import { configured } from './configured.ts'
import type { RedisCluster } from './redis-cluster.ts'
import type { RedisServer } from './redis-process.ts'
import { type WalkedTarget, walkedTarget } from './walked-target.ts'

/** Takes the slots 0 to this one from another node, and returns when they have moved. */
export type MoveSlots = (to: RedisServer, from: RedisServer, last: number) => Promise<void>

const last = 2_000
const keys = 6_000

const walking = [
  ...['--check-keys=key:*', '--count-keys=*', '--check-key-groups=^(%a+)', '--check-streams=*'],
]

/**
 * Walks all nodes of a cluster while slots with keys go from its first node to the second and back,
 * at least once and until all walks have ended. No walk may see a failure in that, and none may run
 * into a refusal for every key that is away.
 */
export async function walkWhileSlotsMove(cluster: RedisCluster, move: MoveSlots): Promise<void> {
  const [first, second] = cluster.nodes
  if (!first || !second) throw new Error('the cluster lacks nodes')
  await fill(first)
  const batch = 50
  const targets = cluster.nodes.map(({ url }) =>
    walkedTarget(url, keyCollectors, {
      settings: { ...configured(walking), checkKeysBatchSize: batch, scanMaxLoad: 0.05 },
    }),
  )
  try {
    const before = await movedReplies(cluster)
    let isOver = false
    const walks = Promise.all(targets.map((target) => target.walk())).finally(() => {
      isOver = true
    })
    let moves = 0
    do {
      await move(second, first, last)
      await move(first, second, last)
      moves += 2
    } while (!isOver)
    for (const { error, collectors } of await walks) {
      expect(error).toBeUndefined()
      expect(collectors.flatMap(({ rejected }) => rejected)).toEqual([])
      expect(collectors.flatMap((one) => one.error ?? [])).toEqual([])
      expect(collectors.flatMap(({ failedParts }) => [...(failedParts ?? [])])).toEqual([])
    }
    // Of the batch that was under way when slots moved, on either side: a few commands for each key.
    const most = moves * 2 * batch * 6
    expect((await movedReplies(cluster)) - before).toBeLessThanOrEqual(most)
    await expectAll(targets, cluster)
  } finally {
    for (const target of targets) target[Symbol.dispose]()
  }
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
    writes.set(key, number)
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
