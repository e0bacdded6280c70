import { gauge, type Sample, sample } from '../metrics/metric.ts'
import type { Place, ReplicationPosition, SeenReplica } from '../redis/replication-position.ts'
import { formatEndpoint } from '../targets/address.ts'

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
export interface Positioned {
  /** Its identity, as `formatEndpoint` writes it. */
  readonly address: string
  readonly name: string
  readonly position: ReplicationPosition
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
  target: Pick<Positioned, 'address' | 'name'>,
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
  return { address: target.address, name: target.name, position, written }
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
  const masters = new Map<string, Positioned[]>()
  for (const one of all)
    if (one.position.role === 'master') {
      const known = masters.get(one.position.stream)
      if (known) known.push(one)
      else masters.set(one.position.stream, [one])
    }
  for (const replica of all) {
    if (replica.position.role !== 'replica') continue
    const master = masterOf(replica.position, masters.get(replica.position.stream) ?? [])
    if (master) yield figuresOf(master, replica)
  }
}

/** The one that has the stream; of several, the one that the replica names. */
export function masterOf(
  { master }: ReplicationPosition,
  candidates: readonly Positioned[],
): Positioned | undefined {
  if (candidates.length <= 1) return candidates[0]
  return candidates.find(({ address }) => master && isAt(address, master))
}

function isAt(address: string, { host, port }: Place): boolean {
  return [false, true].some(
    (tls) => formatEndpoint({ kind: 'tcp', host, port: Number(port), tls }) === address,
  )
}

function figuresOf(master: Positioned, replica: Positioned): readonly Sample[] {
  const names = { master: master.name, replica: replica.name }
  const seen = master.position.replicas.find((one) => isAt(replica.address, one))
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
