import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import { gunzipSync } from 'node:zlib'

export interface HttpResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The body as it travelled, compressed or not. */
  readonly bytes: Buffer
  /** The body as text, decompressed. */
  readonly body: string
}

export interface HttpOptions {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string
  /** After how many milliseconds the request fails. */
  readonly within?: number
}

/**
 * Sends one request on a connection of its own and returns whatever comes back. Unlike fetch it
 * adds no headers and decompresses nothing behind the test's back.
 */
export async function httpRequest(url: string, options: HttpOptions = {}): Promise<HttpResponse> {
  const { method = 'GET', headers = {}, body, within = 30_000 } = options
  return await new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(within)
    const outgoing = request(url, { method, headers, agent: false, signal }, (incoming) => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('error', reject)
      incoming.on('end', () => {
        const bytes = Buffer.concat(chunks)
        const zipped = incoming.headers['content-encoding'] === 'gzip' && bytes.length > 0
        const text = (zipped ? gunzipSync(bytes) : bytes).toString('utf8')
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, bytes, body: text })
      })
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}
