import { pagePolicy } from './page-policy.ts'

/** What browsers must not take for anything else than it says it is. */
export const notSniffed = { 'X-Content-Type-Options': 'nosniff' } as const

/** The same, and nobody keeps it: what says who may come in, or what there is not, holds for now alone. */
export const notKept = { ...notSniffed, 'Cache-Control': 'no-store' } as const

type Headers = Readonly<Record<string, string>>
type Pairs = readonly (readonly [name: string, value: string])[]

/**
 * The headers of every response: ours, or what is configured in their place. At the path of the
 * metrics ours are left out, since to set them costs each scrape some microseconds and its response
 * has them already; it alone may be kept.
 */
export function responseHeaders(
  metricsPath: string | undefined,
  configured: () => Headers | undefined,
): (method: string | undefined, path: string) => Pairs {
  let last: { headers: Headers | undefined; all: Pairs; ofMetrics: Pairs } | undefined
  return (method, path) => {
    const headers = configured()
    if (!last || last.headers !== headers)
      last = { headers, all: allHeaders(headers), ofMetrics: Object.entries(headers ?? {}) }
    const isOfMetrics = path === metricsPath && (method === 'GET' || method === 'HEAD')
    return isOfMetrics ? last.ofMetrics : last.all
  }
}

function allHeaders(headers: Headers | undefined): Pairs {
  const ours = { ...notKept, 'Content-Security-Policy': pagePolicy() }
  return Object.entries({ ...ours, ...headers })
}
