import { expect } from 'vitest'
import { masterOf } from '../../src/discovery/cluster-view.ts'
import { discoverCluster } from './discovered-cluster.ts'
import { eventually } from './eventually.ts'
import { startCluster } from './redis-cluster.ts'
import type { MoveSlots } from './slot-moves.ts'

const within = { within: 40_000, every: 100 }

/** Follows a cluster while a server moves a thousand slots with keys in its own way. */
export async function followSlots(move: MoveSlots): Promise<void> {
  await using cluster = await startCluster({ masters: 3, replicas: 3 })
  const [from, to] = cluster.nodes
  if (!from || !to) throw new Error('the cluster lacks nodes')
  const writes = from.client().pipeline()
  for (let key = 0; key < 1_000; key++) writes.set(`key:${key}`, 'x')
  await writes.exec()
  using source = discoverCluster(`redis://127.0.0.1:${to.port}`)
  await eventually(() => expect(source.ports()).toHaveLength(6), within)
  await move(to, from, [0, 999])

  await eventually(() => {
    const { view, counts } = source.cluster() ?? {}
    const owner = view?.shards.find(({ slots }) => slots.some(([first]) => first === 0))
    expect(owner && masterOf(owner)?.port).toBe(to.port)
    expect(counts).toEqual({ covered: 16_384, unowned: 0, disputed: 0, disagreeing: 0 })
  }, within)
  expect(source.state().failure).toBeUndefined()
}
