import { Counter, Gauge, Histogram } from 'prom-client'
import { toMicroseconds } from '../clock.ts'
import { header, labelPairs, line } from './encode.ts'
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
  /** A summary without quantiles of what a histogram observes, which may be made later. */
  summary(metric: Metric, of: () => Histogram): void
}

/** Labels that its series have beside those of its declaration. */
type MoreLabels = readonly string[]

type Stored = Counter | Gauge | Histogram
type Values = Awaited<ReturnType<Stored['get']>>['values']

export function holdMetrics(namespace: string): HeldMetrics {
  const all: (() => Promise<string>)[] = []

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
    all.push(async () => header(name, metric) + lines(name, (await stored.get()).values))
    return stored
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
    summary(metric, of) {
      const name = `${namespace}_${metric.name}`
      all.push(async () => {
        const { name: histogram, values } = await of().get()
        const sums = values.flatMap(({ metricName = '', ...rest }) =>
          metricName.endsWith('_bucket')
            ? []
            : { ...rest, metricName: metricName.replace(histogram, name) },
        )
        return header(name, metric) + lines(name, sums)
      })
    },
    async render() {
      return (await Promise.all(all.map((family) => family()))).join('')
    },
  }
}

// Sums of durations gather digits that were never measured.
function lines(name: string, values: Values): string {
  const rounded = name.endsWith('_seconds') ? toMicroseconds : (value: number) => value
  return values
    .map(({ labels, value, ...rest }) => {
      const series = 'metricName' in rest && rest.metricName ? String(rest.metricName) : name
      return line(series, labelPairs(labels), rounded(value))
    })
    .join('')
}
