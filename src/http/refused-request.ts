import type { IncomingMessage } from 'node:http'
import { isHost, namedHost } from './named-host.ts'
import { requestPath } from './request-path.ts'
import { notKept } from './response-headers.ts'

const maximumBodyBytes = 1024
const maximumFields = 200

/** Answers a request that no route should see; undefined for one that is sound. */
export function refuseRequest(request: IncomingMessage): Response | undefined {
  const { rawHeaders, url = '' } = request
  if (rawHeaders.length > 2 * maximumFields)
    return refusal(431, `The request has more than ${maximumFields} header fields.`)
  if (hosts(rawHeaders) > 1) return refusal(400, 'The request names more than one host.')
  if (!isHost(namedHost(request))) return refusal(400, 'The request names a host that is none.')
  if (!isPath(requestPath(url))) return refusal(400, 'The request names a path that is none.')
  if (hasLargeBody(request)) return refusal(413, 'The request has a body, which is of no use here.')
  const { expect = '100-continue' } = request.headers
  if (expect.toLowerCase() !== '100-continue')
    return refusal(417, 'The request expects what is not done here.')
  return undefined
}

// RFC 9112, 3.2: Node keeps the first and drops the others without a word.
function hosts(rawHeaders: readonly string[]): number {
  let count = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1
  }
  return count
}

// Some take a backslash for a slash.
function isPath(path: string): boolean {
  return path.startsWith('/') && !path.includes('\\')
}

function hasLargeBody({ headers }: IncomingMessage): boolean {
  return (
    headers['transfer-encoding'] !== undefined ||
    Number(headers['content-length'] ?? 0) > maximumBodyBytes
  )
}

function refusal(status: number, reason: string): Response {
  return new Response(`${reason}\n`, {
    status,
    headers: {
      'Content-Type': 'text/plain; charset=utf-8',
      ...notKept,
      Connection: 'close',
    },
  })
}
