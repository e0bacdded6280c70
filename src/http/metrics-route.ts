import { randomUUID } from 'node:crypto'
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import type { Handler } from 'hono'
import { parseAccept } from 'hono/utils/accept'
import { type EncodedBody, joinGzip, joinPlain } from '../metrics/encoded-body.ts'
import type { SnapshotStore } from '../poller/snapshot.ts'
import type { NodeContext } from './context.ts'

export interface MetricsSource {
  readonly store: Pick<SnapshotStore, 'serve'>
  /** Process and Node.js metrics as they were encoded last. */
  readonly runtime: () => EncodedBody
  /** The exporter's own counters as they are now. */
  readonly own: () => Promise<string>
}

// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
const contentType = 'text/plain; version=0.0.4; charset=utf-8'

/**
 * Serves the snapshot with the exporter's own metrics behind it. The chunks go to the socket as
 * they are, so a scrape allocates nothing that grows with the snapshot. The entity tag is weak and
 * stands for the snapshot: it changes with every poll, not with our own counters.
 */
export function metricsRoute({ store, runtime, own }: MetricsSource): Handler<NodeContext> {
  // Another process has other snapshots under the same numbers.
  const process = randomUUID().slice(0, 8)
  const acceptsGzip = createGzipTest()

  return async function metrics({ env: { incoming, outgoing } }) {
    const { bodies, version } = store.serve()
    const common = { ETag: `W/"${process}-${version}"`, Vary: 'Accept-Encoding' }
    if (matches(incoming.headers['if-none-match'], common.ETag)) {
      outgoing.writeHead(304, common).end()
      return RESPONSE_ALREADY_SENT
    }
    const gzip = acceptsGzip(incoming.headers['accept-encoding'])
    const last = Buffer.from(await own())
    const { chunks, length } = (gzip ? joinGzip : joinPlain)([...bodies, runtime()], last)
    outgoing.writeHead(200, {
      ...common,
      'Content-Type': contentType,
      'Content-Length': length,
      ...(gzip ? { 'Content-Encoding': 'gzip' } : {}),
    })
    outgoing.cork()
    for (const chunk of chunks) outgoing.write(chunk)
    outgoing.end()
    outgoing.uncork()
    return RESPONSE_ALREADY_SENT
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
