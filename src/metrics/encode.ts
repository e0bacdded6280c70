import type { HistogramValue, Metric, Sample, SummaryValue } from './metric.ts'

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
  const families: Families = new Map()
  for (const sample of samples) addToFamily(families, sample)
  let text = ''
  let series = 0
  for (const { lines, isHeader } of linesOf(namespace, families, extraLabels)) {
    text += lines.join('')
    if (!isHeader) series += lines.length
  }
  return { text, series }
}

/** Samples by the name of their family. */
export type Families = Map<string, Sample[]>

export function addToFamily(families: Families, sample: Sample): void {
  const family = families.get(sample.metric.name)
  if (family) family.push(sample)
  else families.set(sample.metric.name, [sample])
}

/** Some lines of the text format that stand together. */
export interface Lines {
  readonly lines: readonly string[]
  /** Whether they open a family; otherwise each is a series. */
  readonly isHeader: boolean
}

/** What `encode` writes, as it is asked for: the header of a family, or the lines of one sample. */
export function* linesOf(
  namespace: string,
  families: Families,
  extraLabels?: ExtraLabels,
): Generator<Lines> {
  for (const name of [...families.keys()].sort()) {
    const family = families.get(name) ?? []
    const [first] = family
    if (!first) continue
    yield { lines: [header(`${namespace}_${name}`, first.metric)], isHeader: true }
    const extra = extraLabels ? Object.entries(extraLabels(first.metric)).map(pair) : []
    for (const one of family)
      yield { lines: seriesLines(`${namespace}_${name}`, one, extra), isHeader: false }
  }
}

/** The two comment lines that open a family. */
export function header(name: string, metric: Pick<Metric, 'help' | 'type'>): string {
  return `# HELP ${name} ${escapeHelp(metric.help)}\n# TYPE ${name} ${metric.type}\n`
}

/** One line of a series; the labels are written in the order given. */
export function line(name: string, labels: readonly string[], value: number): string {
  return labels.length === 0
    ? `${name} ${formatValue(value)}\n`
    : `${name}{${labels.join(',')}} ${formatValue(value)}\n`
}

/** A label with its value, escaped. */
export function label(name: string, value: string): string {
  return `${name}="${escapeLabel(value)}"`
}

function pair([name, value]: readonly [string, string]): string {
  return label(name, value)
}

/** The lines of one sample; `extraPairs` are further labels, written as `label` writes them. */
export function seriesLines(
  name: string,
  { metric, labels, value }: Sample,
  extraPairs: readonly string[] = [],
): string[] {
  // Half of the series have neither labels nor parts.
  if (extraPairs.length === 0 && typeof value === 'number' && hasNoLabels(metric))
    return [line(name, extraPairs, value)]
  const pairs: string[] = []
  for (const key of metric.labels) pairs.push(label(key, labels[key] ?? ''))
  for (const key of metric.optionalLabels) {
    const text = labels[key]
    if (text !== undefined) pairs.push(label(key, text))
  }
  pairs.push(...extraPairs)
  if (typeof value === 'number') return [line(name, pairs, value)]
  return 'buckets' in value ? histogramLines(name, pairs, value) : summaryLines(name, pairs, value)
}

function hasNoLabels({ labels, optionalLabels }: Metric): boolean {
  return labels.length === 0 && optionalLabels.length === 0
}

function histogramLines(name: string, pairs: readonly string[], value: HistogramValue): string[] {
  const bucket = (bound: number, count: number) =>
    line(`${name}_bucket`, [...pairs, label('le', formatBound(bound))], count)
  return [
    ...value.buckets.map(([bound, count]) => bucket(bound, count)),
    bucket(Infinity, value.count),
    ...(value.sum === undefined ? [] : [line(`${name}_sum`, pairs, value.sum)]),
    line(`${name}_count`, pairs, value.count),
  ]
}

function summaryLines(name: string, pairs: readonly string[], value: SummaryValue): string[] {
  return [
    ...value.quantiles.map(([quantile, number]) =>
      line(name, [...pairs, label('quantile', quantile)], number),
    ),
    line(`${name}_sum`, pairs, value.sum),
    line(`${name}_count`, pairs, value.count),
  ]
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
