import { readFileSync } from 'node:fs'
import { type RequestOptions, request } from 'node:https'
import type { KeyPair } from './tls-certificates.ts'

export interface HttpsOptions
  extends Pick<RequestOptions, 'method' | 'minVersion' | 'maxVersion' | 'ciphers'> {
  readonly headers?: Readonly<Record<string, string>>
  /** The certificate that the client shows. */
  readonly client?: KeyPair
  /** The path of the authority that is trusted; anybody's certificate is taken unless given. */
  readonly ca?: string
}

/** An answer over TLS on a connection of its own; rejects with what kept it from coming. */
export async function httpsRequest(
  url: string,
  options: HttpsOptions = {},
): Promise<{ readonly status: number; readonly body: string }> {
  const { client, ca, headers = {}, ...asked } = options
  return await new Promise((resolve, reject) => {
    const outgoing = request(
      url,
      {
        ...asked,
        headers,
        agent: false,
        signal: AbortSignal.timeout(30_000),
        rejectUnauthorized: ca !== undefined,
        ...(ca ? { ca: readFileSync(ca) } : {}),
        ...(client ? { cert: readFileSync(client.cert), key: readFileSync(client.key) } : {}),
      },
      (incoming) => {
        let body = ''
        incoming.on('data', (chunk) => {
          body += chunk
        })
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body }))
        incoming.on('error', () => reject(Object.assign(new Error('cut off'), { code: 'cut off' })))
      },
    )
    outgoing.on('error', reject)
    outgoing.end()
  })
}

/** The status of such an answer, or the code of what kept it from coming. */
export async function httpsStatus(url: string, options: HttpsOptions = {}) {
  try {
    return (await httpsRequest(url, options)).status
  } catch (failure) {
    return String((failure as NodeJS.ErrnoException).code ?? 'failed')
  }
}
