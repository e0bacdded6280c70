import { encode } from '../metrics/encode.ts'
import { type EncodedBody, encodeBody } from '../metrics/encoded-body.ts'
import { createFamilyEncoder, type FamilyLines } from '../metrics/family-lines.ts'
import type { Sample } from '../metrics/metric.ts'
import {
  type PollFigures,
  roleLabel,
  stateSamples,
  targetSamples,
} from '../metrics/target-metrics.ts'
import { describe } from '../redis/redis-error.ts'
import type { Origin, ServerRun } from '../redis/server-run.ts'
import type { PollResult } from './poll-target.ts'

/** The result of one poll, ready to be served. Never changed, only replaced as a whole. */
export interface Snapshot {
  /** All families but the shared ones. */
  readonly body: EncodedBody
  /** The families that scans may add series to, by their names without the namespace. */
  readonly shared: ReadonlyMap<string, FamilyLines>
  /** What is served instead of all that once the snapshot is too old. */
  readonly staleBody: EncodedBody
  /** When the poll began, by the monotonic clock in milliseconds. */
  readonly takenAt: number
  /** The same in seconds since 1970, for people. */
  readonly unixSeconds: number
  /** Why the target is down; undefined when it is up. */
  readonly error: string | undefined
  readonly version: string
  /** Of which server it tells; undefined when the target is down. */
  readonly origin: Origin | undefined
  readonly series: number
  /** The length of its text; the headers of shared families belong to nobody. */
  readonly bytes: number
}

/** What a snapshot shall hold beside what is always there. */
export interface SnapshotOptions {
  /**
   * The names of families, without the namespace, that scans have series of too: the text format
   * wants all series of a family in one block, so these are encoded apart.
   */
  readonly sharedFamilies?: ReadonlySet<string>
  /**
   * Whether every series tells the role of the server; that of one whose state is not known any
   * more is empty.
   */
  readonly showRole?: boolean
  /** How the collectors of scans did last. */
  readonly scanned?: readonly Scanned[]
}

type Scanned = PollFigures['collectors'][number]

/**
 * Renders a poll's result; after this, serving it is copying bytes.
 */
export async function renderSnapshot(
  namespace: string,
  result: PollResult,
  takenAt: number,
  maximumAgeMilliseconds: number,
  { sharedFamilies = new Set(), showRole = false, scanned = [] }: SnapshotOptions = {},
): Promise<Snapshot> {
  const { unixSeconds, version } = result
  const labels = (role: string) => (showRole ? roleLabel(role) : undefined)
  const failure = result.error && describe(result.error)
  const read = result.collectors.flatMap(({ samples }) => samples)
  const isShared = ({ metric }: Sample) => sharedFamilies.has(metric.name)
  const own = read.filter((one) => !isShared(one))
  const collectors = [...result.collectors, ...(result.error ? [] : scanned)]
  const samples = [...own, ...targetSamples({ ...result, collectors, failure })]
  const main = encode(namespace, samples, labels(result.role))
  const lines = createFamilyEncoder(namespace, labels(result.role))
  lines.add(read.filter(isShared))
  const stale = stateSamples(unixSeconds, staleReason(maximumAgeMilliseconds))
  const [body, shared, staleBody] = await Promise.all([
    encodeBody(main.text),
    lines.finish(),
    encodeBody(encode(namespace, stale, labels('')).text),
  ])
  const bodies = [body, ...[...shared.values()].flatMap((family) => family.bodies)]
  return {
    body,
    shared,
    staleBody,
    takenAt,
    unixSeconds,
    error: failure,
    version,
    origin: result.run && originOf(result.run, result.role, showRole),
    series: main.series + lines.series(),
    bytes: bodies.reduce((sum, { plain }) => sum + plain.length, 0),
  }
}

/** The origin of what is served: the role belongs to it where every series tells it. */
export function originOf(run: ServerRun, role: string, showRole: boolean): Origin {
  return { run, role: showRole ? role : '' }
}

export function staleReason(maximumAgeMilliseconds: number): string {
  return `stale: no poll has ended for ${maximumAgeMilliseconds / 1e3} s`
}
