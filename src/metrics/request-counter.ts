import { header, label } from './encode.ts'
import { counter } from './metric.ts'

/** Counts answered requests; the one own metric that is written for every scrape. */
export interface RequestCounter {
  count(path: string, code: number): void
  /** The family as text, exact at this moment. */
  text(): string
}

export const requestsTotal = counter(
  'exporter_http_requests_total',
  'HTTP requests answered before this one (the exporter)',
  ['path', 'code'],
)

/** Not held by prom-client: writing it by hand is what keeps a scrape from paying for it. */
export function createRequestCounter(namespace: string): RequestCounter {
  const name = `${namespace}_${requestsTotal.name}`
  const opening = header(name, requestsTotal)
  const counts = new Map<string, Map<number, Count>>()

  return {
    count(path, code) {
      const codes = counts.get(path) ?? new Map<number, Count>()
      const known = codes.get(code)
      if (known) {
        known.requests += 1
        return
      }
      const series = `${name}{${label('path', path)},${label('code', String(code))}}`
      counts.set(path, codes.set(code, { series, requests: 1 }))
    },
    text() {
      let text = opening
      for (const codes of counts.values())
        for (const { series, requests } of codes.values()) text += `${series} ${requests}\n`
      return text
    },
  }
}

interface Count {
  /** The name with the labels. */
  readonly series: string
  requests: number
}
