import { gauge, type Sample, sample } from '../metrics/metric.ts'
import type { ReplicationPosition, SeenReplica } from '../redis/replication-position.ts'
import { isAt, isAtOwn, type PlacedTarget, placeNamed, seenReplicas } from './seen-replicas.ts'

const labels = ['master', 'replica', 'side'] as const

/** What is told of a replica and its master; both are targets. */
export const pairMetrics = {
  bytes: gauge(
    'replication_pair_lag_bytes',
    'Bytes that a replica lacks of what its master has written: by the master, those that are not acknowledged (side="master"); by the replica, at least so many of those that the master had before the replica was asked (side="replica") (INFO replication: master_repl_offset, slave_repl_offset, slaveN offset)',
    labels,
  ),
  seconds: gauge(
    'replication_pair_lag_seconds',
    'For how long a replica is behind its master: by the master, since it last answered (side="master"); by the replica, at least so long it has lacked what the master had (side="replica") (INFO replication: master_repl_offset, slave_repl_offset, slaveN lag)',
    labels,
  ),
}

/** A target with what its last poll told of its replication. */
export interface Positioned extends PlacedTarget {
  readonly name: string
  /** How much a master had written at former polls, ascending: each offset with when it was first seen. */
  readonly written: readonly Written[]
}

interface Written {
  readonly offset: number
  /** By the monotonic clock in milliseconds. */
  readonly heardAt: number
}

/** What is known of a replica that lags for hours must not grow with them. */
const mostWritten = 32

/** What is known of a target after another poll that told of its replication. */
export function positioned(
  target: Pick<Positioned, 'name' | 'places'>,
  position: ReplicationPosition,
  before: Positioned | undefined,
): Positioned {
  const isSame =
    before?.position.role === 'master' &&
    position.role === 'master' &&
    before.position.stream === position.stream
  const known = isSame ? before.written : []
  const { offset, heardAt } = position
  const isNew = offset > (known.at(-1)?.offset ?? -1)
  const written = isNew ? [...thinned(known), { offset, heardAt }] : known
  return { name: target.name, places: target.places, position, written }
}

// The first one stays. Of what is left out the next one tells, which is later: so it is still true that
// a replica has been behind for so long at least.
function thinned(written: readonly Written[]): readonly Written[] {
  return written.length < mostWritten ? written : written.filter((_, index) => index % 2 === 0)
}

/**
 * The lag of each replica whose master is a target as well, as both sides tell it. They are polled at
 * different times, so their offsets must not be taken from each other as they are: of the master
 * counts what it had written before the replica was asked. That a replica lacks so much, and for so
 * long, is true whatever happened in between. Of one pair after the other, since there may be thousands.
 */
export function* pairFigures(all: readonly Positioned[]): Generator<readonly Sample[]> {
  const byStream = new Map<string, Positioned[]>()
  for (const one of all) {
    const known = byStream.get(one.position.stream)
    if (known) known.push(one)
    else byStream.set(one.position.stream, [one])
  }
  for (const some of byStream.values()) {
    const masters = some.filter(({ position }) => position.role === 'master')
    const replicas = some.filter(({ position }) => position.role === 'replica')
    const masterOfEach = new Map(
      replicas.map((one) => [one, masterOfReplica(one.position, masters)]),
    )
    for (const master of masters) {
      const own = replicas.filter((one) => masterOfEach.get(one) === master)
      const seen = seenReplicas(master, own)
      for (const replica of own) yield figuresOf(master, replica, seen.get(replica))
    }
  }
}

/** The one that has the stream; of several, the one that the replica names. */
export function masterOfReplica(
  { master }: ReplicationPosition,
  candidates: readonly Positioned[],
): Positioned | undefined {
  if (candidates.length <= 1) return candidates[0]
  if (!master) return undefined
  const place = placeNamed(master)
  const [found, ...others] = candidates.filter((one) => isAt(one, place))
  return candidates.find((one) => isAtOwn(one, place)) ?? (others.length === 0 ? found : undefined)
}

function figuresOf(
  master: Positioned,
  replica: Positioned,
  seen: SeenReplica | undefined,
): readonly Sample[] {
  const names = { master: master.name, replica: replica.name }
  return [
    ...byMaster(master.position, seen, { ...names, side: 'master' }),
    ...byReplica(master, replica.position, { ...names, side: 'replica' }),
  ]
}

type Labels = Readonly<Record<(typeof labels)[number], string>>

function byMaster(
  { offset }: ReplicationPosition,
  seen: SeenReplica | undefined,
  ofPair: Labels,
): readonly Sample[] {
  const bytes = seen?.offset === undefined ? undefined : Math.max(0, offset - seen.offset)
  return [
    ...(bytes === undefined ? [] : [sample(pairMetrics.bytes, bytes, ofPair)]),
    ...(seen?.lagSeconds === undefined
      ? []
      : [sample(pairMetrics.seconds, seen.lagSeconds, ofPair)]),
  ]
}

function byReplica(
  { written }: Positioned,
  { offset, askedAt }: ReplicationPosition,
  ofPair: Labels,
): readonly Sample[] {
  const before = written.filter(({ heardAt }) => heardAt <= askedAt)
  const last = before.at(-1)
  // Of a master that was met after the replica nothing can be said yet.
  if (!last) return []
  const missed = before.find((one) => one.offset > offset)
  const milliseconds = missed ? askedAt - missed.heardAt : 0
  return [
    sample(pairMetrics.bytes, Math.max(0, last.offset - offset), ofPair),
    sample(pairMetrics.seconds, Math.round(milliseconds) / 1e3, ofPair),
  ]
}
