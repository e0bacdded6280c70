import { pagePolicy } from './page.ts'

type Headers = Readonly<Record<string, string>>

/** The headers of every response: ours, or what is configured in their place. */
export function responseHeaders(configured: () => Headers | undefined) {
  let last:
    | { headers: Headers | undefined; all: readonly (readonly [string, string])[] }
    | undefined
  return () => {
    const headers = configured()
    if (!last || last.headers !== headers) last = { headers, all: allHeaders(headers) }
    return last.all
  }
}

function allHeaders(headers: Headers | undefined) {
  const ours = {
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': pagePolicy(),
  }
  return Object.entries({ ...ours, ...headers })
}
