import {
  type HistogramValue,
  type Metric,
  type Sample,
  type SummaryValue,
  seriesOf,
} from './metric.ts'

/** Encoded families and the number of series in them. */
export interface Encoded {
  readonly text: string
  readonly series: number
}

/** Labels that all series of a family get besides their own. */
export type ExtraLabels = (family: Metric) => Readonly<Record<string, string>>

/**
 * Writes samples in the Prometheus text format 0.0.4: one block per family, families by name,
 * every name led by the namespace.
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/
 */
export function encode(
  namespace: string,
  samples: Iterable<Sample>,
  extraLabels?: ExtraLabels,
): Encoded {
  const encoded = { text: '', series: 0 }
  for (const some of encodedFamilies(namespace, familiesOf(samples), extraLabels)) {
    encoded.text += String(some.text)
    encoded.series += some.series
  }
  return encoded
}

/** Series of one family that are text already, where there may be thousands: far fewer objects. */
export interface WrittenSeries {
  readonly metric: Metric
  /** Whole lines, without the header. */
  readonly chunks: readonly Buffer[]
  /** The lines behind the last chunk. */
  readonly rest: string
  readonly series: number
}

/** Samples, and series that were written before, by the name of their family. */
export type Families = Map<string, (Sample | WrittenSeries)[]>

export function familiesOf(samples: Iterable<Sample>): Families {
  const families: Families = new Map()
  for (const one of samples) addToFamily(families, one)
  return families
}

export function addToFamily(families: Families, one: Sample | WrittenSeries): void {
  const family = families.get(one.metric.name)
  if (family) family.push(one)
  else families.set(one.metric.name, [one])
}

// Written in well below a millisecond.
const seriesTogether = 100

/** A text, or bytes, and the number of series that are told with it. */
interface EncodedPart {
  readonly text: string | Buffer
  readonly series: number
}

/** What `encode` writes, as it is asked for: small families together, a large one in several pieces. */
export function* encodedFamilies(
  namespace: string,
  families: Families,
  extraLabels?: ExtraLabels,
): Generator<EncodedPart> {
  let text = ''
  let series = 0
  for (const key of [...families.keys()].sort()) {
    const family = families.get(key) ?? []
    const [first] = family
    if (!first) continue
    const extraPairs = extraLabels ? labelPairs(extraLabels(first.metric)) : ''
    const { name, header } = openingOf(namespace, first.metric)
    text += header
    for (const one of family) {
      if ('chunks' in one) {
        yield* partsOf(one, text, series)
        text = one.rest
        series = 0
      } else {
        text += seriesText(name, one, extraPairs)
        series += seriesOf(one)
      }
      if (series < seriesTogether) continue
      yield { text, series }
      text = ''
      series = 0
    }
  }
  if (text !== '') yield { text, series }
}

/** What stands before written series, and their chunks. */
function* partsOf(one: WrittenSeries, text: string, series: number): Generator<EncodedPart> {
  yield { text, series: series + one.series }
  for (const chunk of one.chunks) yield { text: chunk, series: 0 }
}

/** The two comment lines that open a family. */
export function header(name: string, metric: Pick<Metric, 'help' | 'type'>): string {
  return `# HELP ${name} ${escapeHelp(metric.help)}\n# TYPE ${name} ${metric.type}\n`
}

/** How the series of a metric begin, and what opens the family. */
interface Opening {
  readonly namespace: string
  readonly name: string
  readonly header: string
}

const openings = new WeakMap<Metric, Opening>()

// Most of the text is headers, which are the same for every poll and target.
function openingOf(namespace: string, metric: Metric): Opening {
  const known = openings.get(metric)
  if (known?.namespace === namespace) return known
  const name = `${namespace}_${metric.name}`
  const opening = { namespace, name, header: header(name, metric) }
  openings.set(metric, opening)
  return opening
}

/** One line of a series; the labels are written in the order given. */
export function line(name: string, labels: readonly string[], value: number): string {
  return seriesLine(name, labels.join(','), value)
}

function seriesLine(name: string, pairs: string, value: number): string {
  return pairs === ''
    ? `${name} ${formatValue(value)}\n`
    : `${name}{${pairs}} ${formatValue(value)}\n`
}

/** A label with its value, escaped. */
export function label(name: string, value: string): string {
  return `${name}="${escapeLabel(value)}"`
}

/** Labels as they stand in the braces of a series. */
export function labelPairs(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([name, value]) => label(name, value))
    .join(',')
}

function withPair(pairs: string, name: string, value: string): string {
  return `${pairs}${pairs && ','}${label(name, value)}`
}

/** The lines of one sample; `extraPairs` are further labels, written as `labelPairs` writes them. */
export function seriesText(
  name: string,
  { metric, labels, value }: Sample,
  extraPairs: string,
): string {
  let pairs = ''
  for (const key of metric.labels) pairs = withPair(pairs, key, labels[key] ?? '')
  for (const key of metric.optionalLabels) {
    const text = labels[key]
    if (text !== undefined) pairs = withPair(pairs, key, text)
  }
  if (extraPairs !== '') pairs += `${pairs && ','}${extraPairs}`
  if (typeof value === 'number') return seriesLine(name, pairs, value)
  return 'buckets' in value ? histogramText(name, pairs, value) : summaryText(name, pairs, value)
}

function histogramText(name: string, pairs: string, value: HistogramValue): string {
  const bucketName = `${name}_bucket`
  let text = ''
  for (const [bound, count] of value.buckets)
    text += seriesLine(bucketName, withPair(pairs, 'le', formatBound(bound)), count)
  text += seriesLine(bucketName, withPair(pairs, 'le', formatBound(Infinity)), value.count)
  if (value.sum !== undefined) text += seriesLine(`${name}_sum`, pairs, value.sum)
  return text + seriesLine(`${name}_count`, pairs, value.count)
}

function summaryText(name: string, pairs: string, value: SummaryValue): string {
  let text = ''
  for (const [quantile, number] of value.quantiles)
    text += seriesLine(name, withPair(pairs, 'quantile', quantile), number)
  return (
    text +
    seriesLine(`${name}_sum`, pairs, value.sum) +
    seriesLine(`${name}_count`, pairs, value.count)
  )
}

function formatValue(value: number): string {
  if (value === Infinity) return '+Inf'
  if (value === -Infinity) return '-Inf'
  return String(value)
}

/**
 * A bound is part of the name of a series, so it is written as programs in Go write it: with an
 * exponent of two digits from a million up and below a ten-thousandth.
 */
function formatBound(bound: number): string {
  const size = Math.abs(bound)
  if (size === 0 || size === Infinity || (size >= 1e-4 && size < 1e6)) return formatValue(bound)
  return bound.toExponential().replace(/(?<=e[+-])(?=\d$)/, '0')
}

// Most values need no escaping, so the test comes first: it is the hot path of the encoder.
function escapeLabel(value: string): string {
  if (!/[\\"\n]/.test(value)) return value
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function escapeHelp(value: string): string {
  if (!/[\\\n]/.test(value)) return value
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
}
