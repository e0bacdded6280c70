import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context } from 'hono'
import { parseAccept } from 'hono/utils/accept'
import { endOfGzip, type PreparedBody } from '../metrics/encoded-body.ts'
import type { Encoding } from '../metrics/joined-body.ts'
import type { NodeContext } from './context.ts'
import { notSniffed } from './response-headers.ts'
import { createSendChunks } from './send-chunks.ts'
import { createWholeBodies, lengthOf, piecesOf } from './whole-bodies.ts'

/** A body of metrics that is ready to be sent, at least in the encoding that was asked for. */
export interface MetricsBody {
  readonly prepared: PreparedBody
  /** A text that changes whenever what was read of the servers does. */
  readonly revision: string
  /** What stands behind it, exact at every scrape. */
  readonly last: () => string
}

/** Answers requests for metrics. */
export interface SendMetrics {
  /** What the client takes. */
  encoding(c: Context<NodeContext>): Encoding
  /** The body must be there in the encoding of this request. */
  send(c: Context<NodeContext>, body: MetricsBody): Response
}

type Headers = Record<string, string>

// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
const contentType = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * The chunks go to the socket as they are, or put together once where they are few and asked for often:
 * a scrape allocates nothing that grows with the snapshot. The entity tag is weak and stands for the
 * snapshot: it changes with every poll, not with our own counters.
 */
export function createSendMetrics(): SendMetrics {
  // Another process has other snapshots under the same numbers.
  const process = Math.trunc(Math.random() * 2 ** 32).toString(16)
  const acceptsGzip = createGzipTest()
  const sendChunks = createSendChunks()
  const wholeBody = createWholeBodies()
  const headersOf = { plain: createHeaders('plain'), gzip: createHeaders('gzip') }

  function encoding(c: Context<NodeContext>): Encoding {
    return acceptsGzip(c.env.incoming.headers['accept-encoding']) ? 'gzip' : 'plain'
  }

  function send(c: Context<NodeContext>, { prepared, revision, last }: MetricsBody): Response {
    const { incoming, outgoing } = c.env
    const tag = `W/"${process}-${revision}"`
    if (matches(incoming.headers['if-none-match'], tag))
      return c.body(null, 304, { ETag: tag, Vary: 'Accept-Encoding', ...notSniffed })
    const asked = encoding(c)
    const text = last()
    const isHead = incoming.method === 'HEAD'
    const body = isHead ? undefined : wholeBody(outgoing, prepared, asked, text)
    // Not by way of Hono, which would make an object of the headers.
    if (body && sendChunks.atOnce(body.length))
      return new Response(body, { headers: headersOf[asked](tag, body.length) })
    const end = asked === 'gzip' ? endOfGzip(prepared, Buffer.from(text)) : Buffer.from(text)
    const headers = headersOf[asked](tag, lengthOf(prepared, asked) + end.length)
    // Hono makes another response of that to a HEAD and would send it a second time.
    if (isHead) return c.body(null, 200, headers)
    outgoing.writeHead(200, headers)
    sendChunks(outgoing, piecesOf(prepared, asked), end)
    return RESPONSE_ALREADY_SENT
  }

  return { encoding, send }
}

/** Gives the headers of a body; they are the same for many scrapes. */
function createHeaders(encoding: Encoding): (tag: string, length: number) => Headers {
  const ofEncoding = encoding === 'gzip' ? { 'Content-Encoding': 'gzip' } : {}
  let last: { tag: string; length: number; headers: Headers } | undefined
  return (tag, length) => {
    if (last?.tag !== tag || last.length !== length) {
      const headers = {
        'Content-Type': contentType,
        'Content-Length': String(length),
        ETag: tag,
        Vary: 'Accept-Encoding',
        ...notSniffed,
        ...ofEncoding,
      }
      last = { tag, length, headers }
    }
    return last.headers
  }
}

/** Whether an If-None-Match names the tag; weak comparison (RFC 9110, 13.1.2). */
export function matches(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  const opaque = (text: string) => text.trim().replace(/^W\//, '')
  return header.trim() === '*' || header.split(',').some((one) => opaque(one) === opaque(tag))
}

// A scraper sends the same header each time, so the last answer is kept.
function createGzipTest(): (header: string | undefined) => boolean {
  let last: { header: string | undefined; answer: boolean } = { header: undefined, answer: false }
  return (header) => {
    if (header !== last.header) last = { header, answer: acceptsGzip(header ?? '') }
    return last.answer
  }
}

/** Whether gzip may be sent: named, or `*`, with a quality above 0 (RFC 9110, 12.5.3). */
export function acceptsGzip(header: string): boolean {
  const codings = parseAccept(header)
  const coding =
    codings.find(({ type }) => type.toLowerCase() === 'gzip') ??
    codings.find(({ type }) => type === '*')
  return coding !== undefined && coding.q > 0
}
