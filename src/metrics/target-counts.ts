import { toMicroseconds } from '../clock.ts'
import { header } from './encode.ts'
import { counter, gauge, histogram, type Metric, summary } from './metric.ts'

const ours = '(the exporter)'

/** The exporter's metrics about itself that belong to a target, and go with it. */
export const targetMetrics = {
  scrapes: counter('exporter_scrapes_total', `Polls of Redis, which a scrape never causes ${ours}`),
  scrapeDuration: summary('exporter_scrape_duration_seconds', `How long polls took ${ours}`),
  polls: counter('exporter_polls_total', `Polls by result: up or down ${ours}`, ['result']),
  pollDuration: histogram('exporter_poll_duration_seconds', `How long polls took ${ours}`),
  skipped: counter(
    'exporter_poll_skipped_total',
    `Polls that were due and left out, because one was under way or we were late ${ours}`,
  ),
  renewalsFailed: counter(
    'exporter_connection_renewals_failed_total',
    `Times that no new connection could take the place of one that is old or whose server changed its role, by reason: the old one goes on, wherever it leads ${ours}`,
    ['reason'],
  ),
  collectorErrors: counter(
    'exporter_collector_errors_total',
    `Failures of a collector or of a part of it by reason, with each poll or scan while they last; what the user may not run counts each time the server says so, once in a scan interval at most, in ten of a walk ${ours}`,
    ['collector', 'reason'],
  ),
  rejectedFields: counter(
    'exporter_rejected_fields_total',
    `Fields that the server sent and that could not be read, and series that came twice or with too long a label ${ours}`,
    ['collector'],
  ),
  seriesLeftOut: counter(
    'exporter_series_left_out_total',
    `Series that a bound left out; a key that was not looked at counts as two, a stream as seven, what else was not read as the last that was ${ours}`,
    ['collector'],
  ),
  snapshotBytes: gauge('exporter_snapshot_bytes', `Size of the snapshot as text ${ours}`),
  snapshotSeries: gauge('exporter_snapshot_series', `Series in the snapshot ${ours}`),
} satisfies Record<string, Metric>

export type TargetMetric = keyof typeof targetMetrics

/** Why a connection can be expected not to be renewed: these counts begin at 0. */
export const renewalFailures = ['timeout', 'connection', 'tls', 'auth'] as const

/** The counts of one target, which go with it. */
export interface TargetCounts {
  pollFinished(result: 'up' | 'down', seconds: number): void
  pollsSkipped(count: number): void
  /** No new connection could take the place of an old one. */
  renewalFailed(reason: string): void
  /**
   * Lets the counts of its failures begin at 0, so that the first one is an increase; of a collector the first
   * call counts.
   */
  collectorSeen(collector: string, reasons: readonly string[]): void
  collectorFailed(collector: string, reason: string): void
  fieldsRejected(collector: string, count: number): void
  seriesLeftOut(collector: string, count: number): void
  snapshotPublished(bytes: number, series: number): void
}

/** Counts that can be written as text. */
export interface WrittenCounts extends TargetCounts {
  /** One family, without its header. */
  lines(metric: TargetMetric): string
  /** All families of which there is a series. */
  text(): string
}

// As prom-client has them, in seconds.
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/**
 * Begins to count. Not held by prom-client: of each target there are more than a hundred series, which
 * it would take longer to hold and to write than all that was read of the server.
 */
export function createTargetCounts(namespace: string): WrittenCounts {
  const polls = { up: 0, down: 0 }
  let seconds = 0
  const withinBounds = bounds.map(() => 0)
  let skipped = 0
  const seen: Seen[] = []
  const renewals = createLabelledCounts([renewalPairs], (pairs) => pairs)
  const errors = createLabelledCounts(seen, ({ withReasons }) => withReasons)
  const rejected = createLabelledCounts(seen, ({ alone }) => alone)
  const leftOut = createLabelledCounts(seen, ({ alone }) => alone)
  let snapshot = { bytes: 0, series: 0 }

  const names: Readonly<Record<TargetMetric, string>> = namesIn(namespace)
  const all = () => polls.up + polls.down

  const writers: Readonly<Record<TargetMetric, (name: string) => string>> = {
    scrapes: (name) => `${name} ${all()}\n`,
    scrapeDuration: sumAndCount,
    polls: (name) => `${name}{result="up"} ${polls.up}\n${name}{result="down"} ${polls.down}\n`,
    pollDuration(name) {
      let text = ''
      for (const [index, bound] of bounds.entries())
        text += `${name}_bucket{le="${bound}"} ${withinBounds[index]}\n`
      return `${text}${name}_bucket{le="+Inf"} ${all()}\n${sumAndCount(name)}`
    },
    skipped: (name) => `${name} ${skipped}\n`,
    renewalsFailed: renewals.lines,
    collectorErrors: errors.lines,
    rejectedFields: rejected.lines,
    seriesLeftOut: leftOut.lines,
    snapshotBytes: (name) => `${name} ${snapshot.bytes}\n`,
    snapshotSeries: (name) => `${name} ${snapshot.series}\n`,
  }

  // Sums of durations gather digits that were never measured.
  function sumAndCount(name: string): string {
    return `${name}_sum ${toMicroseconds(seconds)}\n${name}_count ${all()}\n`
  }

  const lines = (metric: TargetMetric) => writers[metric](names[metric])

  return {
    pollFinished(result, took) {
      polls[result] += 1
      seconds += took
      for (const [index, bound] of bounds.entries())
        if (took <= bound) withinBounds[index] = (withinBounds[index] ?? 0) + 1
    },
    pollsSkipped(count) {
      skipped += count
    },
    renewalFailed: (reason) => renewals.add(reasonPair(reason), 1),
    collectorSeen(collector, reasons) {
      if (!seen.some((one) => one.collector === collector)) seen.push(seenWith(collector, reasons))
    },
    collectorFailed: (collector, reason) => errors.add(pairsOf(collector, reason), 1),
    fieldsRejected: (collector, count) => rejected.add(pairsOf(collector), count),
    seriesLeftOut: (collector, count) => leftOut.add(pairsOf(collector), count),
    snapshotPublished(bytes, series) {
      snapshot = { bytes, series }
    },
    lines,
    text() {
      let text = ''
      for (const metric of metricKeys) {
        const series = lines(metric)
        if (series !== '') text += headersIn(namespace)[metric] + series
      }
      return text
    },
  }
}

const metricKeys = Object.keys(targetMetrics) as readonly TargetMetric[]

type Texts = Readonly<Record<TargetMetric, string>>

const namesIn = oncePerNamespace((name) => name)
const headersIn = oncePerNamespace(header)

// The same for thousands of targets.
function oncePerNamespace(textOf: (name: string, metric: Metric) => string) {
  const known = new Map<string, Texts>()
  return (namespace: string): Texts => {
    let texts = known.get(namespace)
    if (!texts) {
      const entries = metricKeys.map((key) => {
        const metric = targetMetrics[key]
        return [key, textOf(`${namespace}_${metric.name}`, metric)]
      })
      texts = Object.fromEntries(entries) as Texts
      known.set(namespace, texts)
    }
    return texts
  }
}

/** What stands in the braces of the series of a collector, one for each. */
interface Seen {
  readonly collector: string
  readonly alone: readonly string[]
  readonly withReasons: readonly string[]
}

/**
 * Counts by what stands in the braces; those of what was seen are there from the beginning. Of each of a
 * thousand targets there are hundreds, of which hardly one is not 0: no others are kept.
 */
function createLabelledCounts<T>(seen: readonly T[], pairsIn: (one: T) => readonly string[]) {
  let counts: Map<string, number> | undefined

  return {
    add(pairs: string, count: number): void {
      counts ??= new Map()
      counts.set(pairs, (counts.get(pairs) ?? 0) + count)
    },
    lines(name: string): string {
      const left = new Map(counts)
      let text = ''
      for (const one of seen)
        for (const pairs of pairsIn(one)) {
          text += `${name}{${pairs}} ${left.get(pairs) ?? 0}\n`
          left.delete(pairs)
        }
      for (const [pairs, count] of left) text += `${name}{${pairs}} ${count}\n`
      return text
    },
  }
}

const reasonPair = (reason: string) => `reason="${reason}"`
const renewalPairs = renewalFailures.map(reasonPair)

// Each once for all targets; collectors and reasons are few, and have names without odd characters.
const knownPairs = new Map<string, string>()
const knownSeen = new Map<string, Seen>()

function pairsOf(collector: string, reason?: string): string {
  const key = reason === undefined ? collector : `${collector} ${reason}`
  let pairs = knownPairs.get(key)
  if (pairs === undefined) {
    pairs = `collector="${collector}"${reason === undefined ? '' : `,${reasonPair(reason)}`}`
    knownPairs.set(key, pairs)
  }
  return pairs
}

function seenWith(collector: string, reasons: readonly string[]): Seen {
  const key = [collector, ...reasons].join(' ')
  let seen = knownSeen.get(key)
  if (!seen) {
    const withReasons = reasons.map((reason) => pairsOf(collector, reason))
    seen = { collector, alone: [pairsOf(collector)], withReasons }
    knownSeen.set(key, seen)
  }
  return seen
}
