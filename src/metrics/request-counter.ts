import { header, label, line } from './encode.ts'
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
  const counts = new Map<string, Map<number, number>>()

  return {
    count(path, code) {
      const codes = counts.get(path)
      if (codes) codes.set(code, (codes.get(code) ?? 0) + 1)
      else counts.set(path, new Map([[code, 1]]))
    },
    text() {
      let text = opening
      for (const [path, codes] of counts)
        for (const [code, requests] of codes)
          text += line(name, [label('path', path), label('code', String(code))], requests)
      return text
    },
  }
}
