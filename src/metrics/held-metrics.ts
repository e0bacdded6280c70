import { Counter, Gauge, Histogram, Summary } from 'prom-client'
import { toMicroseconds } from '../clock.ts'
import { header, label, line } from './encode.ts'
import type { Metric } from './metric.ts'

/** What can be rendered beside other metrics of the exporter about itself. */
export interface Rendered {
  /** All of them as text, as they are now. */
  render(): Promise<string>
}

/** Metrics that prom-client holds and that our encoder writes, which is faster. */
export interface HeldMetrics extends Rendered {
  counter(metric: Metric, more?: MoreLabels): Counter
  /** `read` gives the value anew at each rendering; undefined leaves the series out. */
  gauge(metric: Metric, read?: () => number | undefined, more?: MoreLabels): Gauge
  histogram(metric: Metric, more?: MoreLabels): Histogram
  /** Without quantiles. */
  summary(metric: Metric, more?: MoreLabels): Summary
}

/** Labels that its series have beside those of its declaration. */
type MoreLabels = readonly string[]

type Stored = Counter | Gauge | Histogram | Summary
type Values = Awaited<ReturnType<Stored['get']>>['values']

/** The key under which prom-client knows the target of a series, where it names one. */
export const targetKey = 'target'

/** `pairsOf` gives what is written of the target of a series, as pairs of the text format. */
export function holdMetrics(
  namespace: string,
  pairsOf: (target: string) => readonly string[] = (target) => [label(targetKey, target)],
): HeldMetrics {
  const all: { metric: Metric; stored: Stored }[] = []

  function hold<S extends Stored>(
    metric: Metric,
    more: MoreLabels,
    make: (options: { name: string; help: string; labelNames: string[]; registers: [] }) => S,
  ): S {
    const name = `${namespace}_${metric.name}`
    const stored = make({
      name,
      help: metric.help,
      labelNames: [...more, ...metric.labels],
      registers: [],
    })
    all.push({ metric, stored })
    return stored
  }

  // Sums of durations gather digits that were never measured.
  function lines(name: string, values: Values): string {
    const rounded = name.endsWith('_seconds') ? toMicroseconds : (value: number) => value
    return values
      .map(({ labels, value, ...rest }) => {
        const pairs = Object.entries(labels).flatMap(([key, text]) =>
          key === targetKey ? pairsOf(String(text)) : [label(key, String(text))],
        )
        const series = 'metricName' in rest && rest.metricName ? String(rest.metricName) : name
        return line(series, pairs, rounded(value))
      })
      .join('')
  }

  return {
    counter: (metric, more = []) => hold(metric, more, (options) => new Counter(options)),
    gauge(metric, read, more = []) {
      if (!read) return hold(metric, more, (options) => new Gauge(options))
      const collect = () => {
        const value = read()
        if (value === undefined) gauge.remove()
        else gauge.set(value)
      }
      const gauge = hold(metric, more, (options) => new Gauge({ ...options, collect }))
      return gauge
    },
    histogram: (metric, more = []) => hold(metric, more, (options) => new Histogram(options)),
    summary: (metric, more = []) =>
      hold(metric, more, (options) => new Summary({ ...options, percentiles: [] })),
    async render() {
      const families = all.map(async ({ metric, stored }) => {
        const { name, values } = await stored.get()
        return header(name, metric) + lines(name, values)
      })
      return (await Promise.all(families)).join('')
    },
  }
}
