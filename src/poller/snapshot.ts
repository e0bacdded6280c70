import { encode } from '../metrics/encode.ts'
import { encodeInSlices } from '../metrics/encode-in-slices.ts'
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
import { inSlices } from '../yielding.ts'
import type { PollResult } from './poll-target.ts'

/** The result of one poll, ready to be served. Never changed, only replaced as a whole. */
export interface Snapshot {
  /** All families but the shared ones, in pieces. */
  readonly bodies: readonly EncodedBody[]
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
  const collectors = [...result.collectors, ...(result.error ? [] : scanned)]
  const samples = targetSamples({ ...result, collectors, failure })
  const lines = createFamilyEncoder(namespace, labels(result.role))
  await inSlices(samplesOf(result), (one) => {
    if (sharedFamilies.has(one.metric.name)) lines.add([one])
    else samples.push(one)
  })
  const stale = stateSamples(unixSeconds, staleReason(maximumAgeMilliseconds))
  const [main, shared, staleBody] = await Promise.all([
    encodeInSlices(namespace, samples, labels(result.role)),
    lines.finish(),
    encodeBody(encode(namespace, stale, labels('')).text),
  ])
  const all = [...main.bodies, ...[...shared.values()].flatMap((family) => family.bodies)]
  return {
    bodies: main.bodies,
    shared,
    staleBody,
    takenAt,
    unixSeconds,
    error: failure,
    version,
    series: main.series + lines.series(),
    bytes: all.reduce((sum, { plain }) => sum + plain.length, 0),
  }
}

function* samplesOf({ collectors }: PollResult): Generator<Sample> {
  for (const { samples } of collectors) yield* samples
}

export function staleReason(maximumAgeMilliseconds: number): string {
  return `stale: no poll has ended for ${maximumAgeMilliseconds / 1e3} s`
}
