import type { RemedyOf } from '../collectors/remedy.ts'
import {
  addToFamily,
  type ExtraLabels,
  encode,
  familiesOf,
  type WrittenSeries,
} from '../metrics/encode.ts'
import { encodeInSlices } from '../metrics/encode-in-slices.ts'
import {
  type EncodedBody,
  encodeBodyAtOnce,
  keptWhole,
  type PieceEncoder,
} from '../metrics/encoded-body.ts'
import { bodiesOf, createFamilyEncoder, type FamilyLines } from '../metrics/family-lines.ts'
import type { Sample } from '../metrics/metric.ts'
import { type PollFigures, pollSamples, roleLabel, stateSamples } from '../metrics/poll-metrics.ts'
import { describe } from '../redis/redis-error.ts'
import type { Origin, ServerRun } from '../redis/server-run.ts'
import { inSlices } from '../yielding.ts'
import type { PollResult } from './poll-target.ts'
import type { CollectorResult } from './run-collector.ts'
import type { ServerFigures } from './server-figures.ts'

/** The result of one poll, ready to be served. Never changed, only replaced as a whole. */
export interface Snapshot {
  /** All families but the shared ones, in pieces. */
  readonly bodies: readonly EncodedBody[]
  /** The families that the slow schedule may add series to, by their names without the namespace. */
  readonly shared: ReadonlyMap<string, FamilyLines>
  /** What is served instead of all that once the snapshot is too old. */
  staleBody(): EncodedBody
  /** When the poll began, by the monotonic clock in milliseconds. */
  readonly takenAt: number
  /** The same in seconds since 1970, for people. */
  readonly unixSeconds: number
  /** Why the target is down; undefined when it is up. */
  readonly error: string | undefined
  /** What the server calls itself, such as `Valkey 9.1.2`; empty when it is down. */
  readonly server: string
  /** What it is in its replication, such as `master`; while it is down, what it told last. */
  readonly role: string
  /** The collectors, and parts of collectors, that failed. */
  readonly failures: readonly Failure[]
  /** Of which server it tells; undefined when the target is down. */
  readonly origin: Origin | undefined
  /** What people look at first; undefined when the target is down. */
  readonly figures?: ServerFigures | undefined
  readonly series: number
  /** The length of its text; the headers of shared families belong to nobody. */
  readonly bytes: number
}

/** What a snapshot shall hold beside what is always there. */
export interface SnapshotOptions {
  /**
   * The names of families, without the namespace, that the slow schedule has series of too: the
   * text format wants all series of a family in one block, so these are encoded apart.
   */
  readonly sharedFamilies?: ReadonlySet<string> | undefined
  /** Whether every series tells the role of the server. */
  readonly showRole?: boolean | undefined
  /** What it told last, which series of one that is down tell; empty unless given. */
  readonly lastRole?: string | undefined
  /** Whether what was found in another role holds no more; so it is where series tell the role. */
  readonly byRole?: boolean | undefined
  /** How the collectors of the slow schedule did last. */
  readonly slow?: readonly Outcome[]
  readonly remedyOf?: RemedyOf | undefined
  /** Makes its pieces; their text is kept unless given. */
  readonly encoder?: PieceEncoder | undefined
}

/** How a collector did. */
export type Outcome = PollFigures['collectors'][number] &
  Pick<CollectorResult, 'name' | 'error' | 'failedParts'>

/** A collector that failed, or a part of one, for people. */
export interface Failure {
  readonly collector: string
  readonly part?: string
  readonly reason: string
  readonly message: string
  /** What can be done about it. */
  readonly remedy?: string
}

/**
 * Renders a poll's result; after this, serving it is copying bytes.
 */
export async function renderSnapshot(
  namespace: string,
  result: PollResult,
  takenAt: number,
  maximumAgeMilliseconds: number,
  {
    sharedFamilies = new Set(),
    showRole = false,
    lastRole = '',
    byRole = showRole,
    slow = [],
    remedyOf,
    encoder = keptWhole,
  }: SnapshotOptions = {},
): Promise<Snapshot> {
  const { unixSeconds, server } = result
  // Whoever is alerted of a master that is down finds it by the series that it had when it was up.
  const role = result.error ? lastRole : result.role
  const labels = showRole ? roleLabel(role) : undefined
  const failure = result.error && describe(result.error)
  const collectors = [...result.collectors, ...(result.error ? [] : slow)]
  const families = familiesOf(pollSamples({ ...result, collectors, failure }))
  const lines = createFamilyEncoder(namespace, labels, encoder)
  await inSlices(allSeriesOf(result), (one) => {
    if (!sharedFamilies.has(one.metric.name)) addToFamily(families, one)
    else if ('chunks' in one) lines.addWritten(one)
    else lines.add([one])
  })
  const [main, shared] = await Promise.all([
    encodeInSlices(namespace, families, labels, encoder),
    lines.finish(),
  ])
  const all = [...main.bodies, ...bodiesOf(shared)]
  return withStaleBody(
    {
      bodies: main.bodies,
      shared,
      takenAt,
      unixSeconds,
      error: failure,
      server,
      role,
      failures: collectors.flatMap((one) => failuresOf(one, remedyOf)),
      origin: result.run && originOf(result.run, result.role, byRole),
      figures: result.figures,
      series: main.series + lines.series(),
      bytes: all.reduce((sum, { plainLength }) => sum + plainLength, 0),
    },
    { namespace, maximumAgeMilliseconds, labels },
  )
}

interface Staleness {
  readonly namespace: string
  readonly maximumAgeMilliseconds: number
  readonly labels: ExtraLabels | undefined
}

/**
 * With what is served when it is too old, made when it is asked for, which hardly any is. Apart from
 * where snapshots are rendered, since it would keep alive whatever is known there: all samples.
 */
function withStaleBody(
  snapshot: Omit<Snapshot, 'staleBody'>,
  { namespace, maximumAgeMilliseconds, labels }: Staleness,
): Snapshot {
  return {
    ...snapshot,
    staleBody() {
      const stale = stateSamples(snapshot.unixSeconds, staleReason(maximumAgeMilliseconds))
      return encodeBodyAtOnce(encode(namespace, stale, labels).text)
    },
  }
}

function* allSeriesOf({ collectors }: PollResult): Generator<Sample | WrittenSeries> {
  for (const { samples, written = [] } of collectors) {
    yield* written
    yield* samples
  }
}

function failuresOf(
  { name: collector, error, failedParts }: Outcome,
  remedyOf: RemedyOf = () => '',
): readonly Failure[] {
  if (error) {
    const remedy = remedyOf(collector, error)
    const { reason, message } = error
    return [{ collector, reason, message, ...(remedy ? { remedy } : {}) }]
  }
  return [...(failedParts ?? [])].map(([part, { reason, message }]) => ({
    collector,
    part,
    reason,
    message,
  }))
}

/** The origin of what is served: the role belongs to it where every series tells it. */
export function originOf(run: ServerRun, role: string, showRole: boolean): Origin {
  return { run, role: showRole ? role : '' }
}

export function staleReason(maximumAgeMilliseconds: number): string {
  return `stale: no poll has ended for ${maximumAgeMilliseconds / 1e3} s`
}
