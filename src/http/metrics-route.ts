import { randomUUID } from 'node:crypto'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Context, Handler } from 'hono'
import { parseAccept } from 'hono/utils/accept'
import {
  type EncodedBody,
  endOfGzip,
  type PreparedBody,
  prepareBody,
} from '../metrics/encoded-body.ts'
import type { ServedSnapshot, SnapshotStore } from '../poller/snapshot-store.ts'
import type { NodeContext } from './context.ts'
import { createSendChunks } from './send-chunks.ts'
import { createWholeBodies } from './whole-bodies.ts'

export interface MetricsSource {
  readonly store: Pick<SnapshotStore, 'serve'>
  /** What the exporter tells of itself; the same object for as long as nothing changes. */
  readonly own: () => EncodedBody | Promise<EncodedBody>
  /** The request counter, exact at every scrape. */
  readonly requests: () => string
}

// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
const contentType = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Serves the snapshot with the exporter's own metrics behind it. The chunks go to the socket as
 * they are, or put together once where they are few and asked for often: a scrape allocates nothing
 * that grows with the snapshot. The entity tag is weak and stands for the snapshot: it changes with
 * every poll, not with our own counters.
 */
export function metricsRoute({ store, own, requests }: MetricsSource): Handler<NodeContext> {
  // Another process has other snapshots under the same numbers.
  const process = randomUUID().slice(0, 8)
  const acceptsGzip = createGzipTest()
  const prepare = createPreparation(store)
  const sendChunks = createSendChunks()
  const wholeBody = createWholeBodies()

  function answer(c: Context<NodeContext>, own: EncodedBody): Response {
    const { incoming, outgoing } = c.env
    const { prepared, revision } = prepare(own)
    const tag = `W/"${process}-${revision}"`
    if (matches(incoming.headers['if-none-match'], tag))
      return c.body(null, 304, { ETag: tag, Vary: 'Accept-Encoding' })
    const gzip = acceptsGzip(incoming.headers['accept-encoding'])
    const text = Buffer.from(requests())
    const last = gzip ? endOfGzip(prepared, text) : text
    const headers: Record<string, string> = {
      'Content-Type': contentType,
      'Content-Length': String(last.length + (gzip ? prepared.gzipLength : prepared.plainLength)),
      ETag: tag,
      Vary: 'Accept-Encoding',
    }
    if (gzip) headers['Content-Encoding'] = 'gzip'
    // Hono makes another response of that to a HEAD and would send it a second time.
    if (incoming.method === 'HEAD') return c.body(null, 200, headers)
    const encoding = gzip ? 'gzip' : 'plain'
    const body = wholeBody(outgoing, prepared, encoding, last)
    // Not by way of Hono, which would make an object of the headers.
    if (body && sendChunks.atOnce(body.length)) return new Response(body, { headers })
    outgoing.writeHead(200, headers)
    sendChunks(outgoing, prepared[encoding], last)
    return RESPONSE_ALREADY_SENT
  }

  return function metrics(c) {
    const now = own()
    return now instanceof Promise ? now.then((later) => answer(c, later)) : answer(c, now)
  }
}

// The pieces are put in a row once for all scrapes between two changes. Those of the snapshot may be
// hundreds and stay for longer than what the exporter tells of itself.
function createPreparation(store: MetricsSource['store']) {
  let ofSnapshot: { snapshot: ServedSnapshot; prepared: PreparedBody } | undefined
  let last: { before: PreparedBody; own: EncodedBody; prepared: PreparedBody } | undefined
  return (own: EncodedBody) => {
    const snapshot = store.serve()
    if (ofSnapshot?.snapshot !== snapshot)
      ofSnapshot = { snapshot, prepared: prepareBody(snapshot.bodies) }
    const now = { before: ofSnapshot.prepared, own }
    if (last?.before !== now.before || last.own !== now.own)
      last = { ...now, prepared: prepareBody([now.own], now.before) }
    return { prepared: last.prepared, revision: snapshot.revision }
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
