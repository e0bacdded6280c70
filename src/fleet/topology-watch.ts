import type { Clock } from '../clock.ts'
import type { Topologies } from '../discovery/topologies.ts'
import { addToFamily, type Families } from '../metrics/encode.ts'
import { encodeInShortPieces } from '../metrics/encode-in-slices.ts'
import type { EncodedBody } from '../metrics/encoded-body.ts'
import type { Sample } from '../metrics/metric.ts'
import type { PollResult } from '../poller/poll-target.ts'
import { isNewAndSound, noSeries } from '../poller/sound-series.ts'
import type { AddressPair } from '../targets/address-map.ts'
import type { IsOurs } from '../targets/shard.ts'
import type { WantedTarget } from '../targets/wanted-target.ts'
import { inSlices } from '../yielding.ts'
import { clusterFigures, type ShardFigures, shardFigures } from './cluster-figures.ts'
import { masterOfReplica, type Positioned, pairFigures, positioned } from './replication-pairs.ts'
import { deploymentFigures } from './sentinel-figures.ts'
import { targetPlaces } from './target-places.ts'
import { createWalkedReplicas } from './walked-replicas.ts'

/** What the polls of single targets tell of whole topologies. */
export interface TopologyWatch {
  /** Takes what a poll of a target gave; has its topology asked at once where that shows a change. */
  note(target: NotedTarget, result: PollResult): void
  /** Whether the keys of a replica are to be looked at now; see WalkedReplicas. */
  claimWalk(target: Pick<WantedTarget<unknown>, 'address'>): boolean
  /** Calls back while the keys of the replica are looked at in another one, until it is forgotten. */
  onLeave(target: Pick<WantedTarget<unknown>, 'address'>, leave: () => void): void
  /** Whether another replica of its master comes first, as the keys of one are looked at. */
  isFurtherReplica(target: Pick<WantedTarget<unknown>, 'address'>): boolean
  /** The address of its master, where it is a replica and that one is watched and was up of late. */
  watchedMaster(target: Pick<WantedTarget<unknown>, 'address'>): string | undefined
  /** The target is watched no more. */
  forget(target: Pick<WantedTarget<unknown>, 'address'>): void
  /** What there is to tell of all topologies, as it is served: put together at most once a second. */
  bodies(): Promise<readonly EncodedBody[]>
}

/** A target that was polled. */
export interface NotedTarget extends Pick<WantedTarget<unknown>, 'address' | 'name'> {
  readonly settings?: { readonly discoverMap?: readonly AddressPair[] | undefined }
}

interface Noted extends ShardFigures {
  readonly name: string
  readonly role: string
  readonly isUp: boolean
  readonly positioned: Positioned | undefined
}

/** What one of several exporters has to know that share the targets. */
export interface Sharing {
  /** Whether we tell of the whole of a topology, by its name: one exporter does. */
  readonly isOurs: IsOurs
  /** What is polled by others. */
  readonly elsewhere: () => readonly Pick<WantedTarget<unknown>, 'address' | 'name'>[]
}

export interface TopologyWatchOptions {
  readonly topologies: Pick<
    Topologies<never>,
    'refresh' | 'clusters' | 'deployments' | 'replicasBeside'
  >
  readonly namespace: string
  readonly sharing?: Sharing | undefined
  readonly clock: Pick<Clock, 'monotonic'>
}

const freshMilliseconds = 1000

/** Holds beside what is known of topologies what the last polls gave of their members. */
export function createTopologyWatch(options: TopologyWatchOptions): TopologyWatch {
  const { topologies, namespace, clock } = options
  const { isOurs, elsewhere } = options.sharing ?? { isOurs: () => true, elsewhere: () => [] }
  const noted = new Map<string, Noted>()
  const walked = createWalkedReplicas({
    replicasBeside: topologies.replicasBeside,
    polled: (address) => noted.get(address),
    elsewhere,
  })
  /** The addresses of masters by the stream that each writes. */
  const masters = new Map<string, Set<string>>()
  let made: Promise<readonly EncodedBody[]> = Promise.resolve([])
  let madeAt = -Infinity

  /** Keeps what a target is known by, or forgets it. */
  function keep(address: string, now: Noted | undefined): void {
    const before = streamOfMaster(noted.get(address)?.positioned)
    const stream = streamOfMaster(now?.positioned)
    if (now) noted.set(address, now)
    else noted.delete(address)
    if (before === stream) return
    const others = before === undefined ? undefined : masters.get(before)
    others?.delete(address)
    if (before !== undefined && others?.size === 0) masters.delete(before)
    if (stream !== undefined) masters.set(stream, (masters.get(stream) ?? new Set()).add(address))
  }

  /** Of a thousand topologies there is more to tell than fits into a turn of the event loop. */
  function* samples(): Generator<readonly Sample[]> {
    const others = new Map(elsewhere().map(({ address, name }) => [address, name]))
    const nameOf = (address: string) => noted.get(address)?.name ?? others.get(address) ?? address
    const figuresOf = (address: string) => noted.get(address)
    for (const cluster of topologies.clusters()) {
      if (isOurs(cluster.topology)) yield clusterFigures(cluster)
      yield shardFigures(cluster, figuresOf, nameOf)
    }
    for (const deployment of topologies.deployments())
      if (isOurs(deployment.topology)) yield deploymentFigures(deployment, nameOf)
    yield* pairFigures([...noted.values()].flatMap((one) => one.positioned ?? []))
  }

  async function make(): Promise<readonly EncodedBody[]> {
    const families: Families = new Map()
    const seen = noSeries()
    await inSlices(samples(), (some) => {
      // Servers say what they like of themselves, and one series twice would cost the whole scrape.
      for (const one of some) if (isNewAndSound(seen, one)) addToFamily(families, one)
    })
    return await encodeInShortPieces(namespace, families)
  }

  return {
    note({ address, name, settings }, result) {
      const before = noted.get(address)
      const isUp = !result.error
      const role = result.role || (before?.role ?? '')
      const { replication, remoteAddress } = result
      const known = before?.positioned?.places
      // A poll comes from the same address as the one before, mostly.
      const places =
        known && known.leadsTo === remoteAddress
          ? known
          : targetPlaces(address, remoteAddress, settings?.discoverMap)
      const ofPair = replication && positioned({ name, places }, replication, before?.positioned)
      keep(address, { name, role, isUp, positioned: ofPair, ...figuresOf(result) })
      const isOther = before && before.role !== '' && before.role !== role
      const isLost = before?.isUp && !isUp
      walked.notePoll(address, before?.isUp !== isUp)
      if (isOther || isLost || hasMoved(result)) topologies.refresh(address)
    },
    claimWalk: ({ address }) => walked.claim(address),
    onLeave: ({ address }, leave) => walked.onLeave(address, leave),
    isFurtherReplica: ({ address }) => walked.isFurther(address),
    watchedMaster({ address }) {
      const replica = noted.get(address)?.positioned
      if (replica?.position.role !== 'replica') return undefined
      const ofStream = [...(masters.get(replica.position.stream) ?? [])]
      const candidates = ofStream.flatMap((one) => noted.get(one)?.positioned ?? [])
      const master = masterOfReplica(replica.position, candidates)
      return ofStream.find((one) => master && noted.get(one)?.positioned === master)
    },
    forget({ address }) {
      keep(address, undefined)
      walked.forget(address)
    },
    bodies() {
      const now = clock.monotonic()
      if (now - madeAt < freshMilliseconds) return made
      madeAt = now
      made = make()
      return made
    },
  }
}

function streamOfMaster(one: Positioned | undefined): string | undefined {
  return one?.position.role === 'master' ? one.position.stream : undefined
}

// Of the hundreds of samples of each poll two names count, so nothing is made of the others.
function figuresOf({ collectors }: PollResult): ShardFigures {
  let keys: number | undefined
  let memoryBytes: number | undefined
  for (const { samples } of collectors)
    for (const { metric, value } of samples) {
      if (typeof value !== 'number') continue
      if (metric.name === 'db_keys') keys = (keys ?? 0) + value
      else if (metric.name === 'memory_used_bytes') memoryBytes ??= value
    }
  return { keys, memoryBytes }
}

/** Whether a node said of a key that another one has it by now. */
function hasMoved({ collectors }: PollResult): boolean {
  return collectors.some(
    ({ error, failedParts }) =>
      error?.code === 'MOVED' ||
      [...(failedParts?.values() ?? [])].some(({ code }) => code === 'MOVED'),
  )
}
