import { readFileSync } from 'node:fs'
import { type RequestOptions, request } from 'node:https'
import type { KeyPair } from './tls-certificates.ts'

export interface HttpsOptions
  extends Pick<RequestOptions, 'minVersion' | 'maxVersion' | 'ciphers'> {
  readonly headers?: Readonly<Record<string, string>>
  /** The certificate that the client shows. */
  readonly client?: KeyPair
  /** The path of the authority that is trusted; anybody's certificate is taken unless given. */
  readonly ca?: string
}

/** The status of an answer over TLS on a connection of its own, or the code of what kept it from coming. */
export async function httpsStatus(
  url: string,
  options: HttpsOptions = {},
): Promise<number | string> {
  const { client, ca, headers = {}, ...tls } = options
  return await new Promise((resolve) => {
    const outgoing = request(
      url,
      {
        ...tls,
        headers,
        agent: false,
        signal: AbortSignal.timeout(30_000),
        rejectUnauthorized: ca !== undefined,
        ...(ca ? { ca: readFileSync(ca) } : {}),
        ...(client ? { cert: readFileSync(client.cert), key: readFileSync(client.key) } : {}),
      },
      (incoming) => {
        incoming.resume()
        incoming.on('end', () => resolve(incoming.statusCode ?? 0))
        incoming.on('error', () => resolve('cut off'))
      },
    )
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'failed'))
    outgoing.end()
  })
}
