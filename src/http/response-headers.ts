import { pagePolicy } from './page-policy.ts'

/** What browsers must not take for anything else than it says it is. */
export const notSniffed = { 'X-Content-Type-Options': 'nosniff' } as const

type Headers = Readonly<Record<string, string>>
type Pairs = readonly (readonly [name: string, value: string])[]

/**
 * The headers of every response: ours, or what is configured in their place. At the path of the
 * metrics ours are left out, since to set them costs each scrape some microseconds and its response
 * has them already.
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
    return method === 'GET' && path === metricsPath ? last.ofMetrics : last.all
  }
}

function allHeaders(headers: Headers | undefined): Pairs {
  const ours = { ...notSniffed, 'Content-Security-Policy': pagePolicy() }
  return Object.entries({ ...ours, ...headers })
}
