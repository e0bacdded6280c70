import { Counter, Gauge } from 'prom-client'
import { header, label, line } from './encode.ts'
import type { Metric } from './metric.ts'

/** What can be rendered beside other metrics of the exporter about itself. */
export interface Rendered {
  /** All of them as text, as they are now. */
  render(): Promise<string>
}

/** Metrics that prom-client holds and that our encoder writes, which is faster. */
export interface HeldMetrics extends Rendered {
  counter(metric: Metric): Counter
  /** `read` gives the value anew at each rendering; undefined leaves the series out. */
  gauge(metric: Metric, read?: () => number | undefined): Gauge
  /** One that is held elsewhere: `lines` writes its series, without the header. */
  written(metric: Metric, lines: () => string): void
}

type Stored = Counter | Gauge
type Values = Awaited<ReturnType<Stored['get']>>['values']

export function holdMetrics(namespace: string): HeldMetrics {
  const all: { metric: Metric; lines: () => string | Promise<string> }[] = []

  function hold<S extends Stored>(
    metric: Metric,
    make: (options: { name: string; help: string; labelNames: string[]; registers: [] }) => S,
  ): S {
    const name = nameOf(metric)
    const stored = make({ name, help: metric.help, labelNames: [...metric.labels], registers: [] })
    all.push({ metric, lines: async () => linesOf(name, (await stored.get()).values) })
    return stored
  }

  function nameOf({ name }: Metric): string {
    return `${namespace}_${name}`
  }

  return {
    counter: (metric) => hold(metric, (options) => new Counter(options)),
    gauge(metric, read) {
      if (!read) return hold(metric, (options) => new Gauge(options))
      const collect = () => {
        const value = read()
        if (value === undefined) gauge.remove()
        else gauge.set(value)
      }
      const gauge = hold(metric, (options) => new Gauge({ ...options, collect }))
      return gauge
    },
    written: (metric, lines) => void all.push({ metric, lines }),
    async render() {
      const families = all.map(
        async ({ metric, lines }) => header(nameOf(metric), metric) + (await lines()),
      )
      return (await Promise.all(families)).join('')
    },
  }
}

function linesOf(name: string, values: Values): string {
  return values
    .map(({ labels, value }) => {
      const pairs = Object.entries(labels).map(([key, text]) => label(key, String(text)))
      return line(name, pairs, value)
    })
    .join('')
}
