import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type RefusedClient, tlsRefusal } from '../../src/http/refused-client.ts'
import { eventually } from '../support/eventually.ts'
import { type HttpsOptions, httpsStatus } from '../support/https-get.ts'
import { tlsFile } from '../support/opened-port.ts'
import { openssl } from '../support/openssl-client.ts'
import { upResult } from '../support/poll-results.ts'
import { protectedPort } from '../support/protected-port.ts'
import { rawClient } from '../support/raw-client.ts'
import { serveExporter } from '../support/served-exporter.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import {
  expiredClient,
  type KeyPair,
  type TlsCertificates,
  tlsCertificates,
} from '../support/tls-certificates.ts'

test.each([
  ['ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE', undefined, 'no_certificate'],
  ['ECONNRESET', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'bad_certificate'],
  ['ECONNRESET', 'CERT_NOT_YET_VALID', 'bad_certificate'],
  ['ECONNRESET', 'CERT_HAS_EXPIRED', 'expired'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', undefined, 'our_certificate'],
  ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', undefined, 'our_certificate'],
  ['ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED', undefined, 'our_certificate'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', undefined, 'our_certificate'],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', undefined, 'version'],
  ['ERR_SSL_VERSION_TOO_LOW', undefined, 'version'],
  ['ERR_SSL_INAPPROPRIATE_FALLBACK', undefined, 'version'],
  ['ERR_SSL_NO_SHARED_CIPHER', undefined, 'cipher'],
  ['ERR_SSL_NO_SUITABLE_KEY_SHARE', undefined, 'cipher'],
  ['ERR_SSL_HTTP_REQUEST', undefined, 'not_tls'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', undefined, 'not_tls'],
  ['ERR_SSL_PACKET_LENGTH_TOO_LONG', undefined, 'not_tls'],
  ['ERR_TLS_HANDSHAKE_TIMEOUT', undefined, 'timeout'],
  ['ERR_SSL_BAD_SIGNATURE', undefined, 'other'],
  ['ECONNRESET', undefined, undefined],
  ['EPIPE', undefined, undefined],
  ['', undefined, undefined],
])('%s with a certificate that is %s is counted as %s', (code, certificate, reason) => {
  expect(tlsRefusal({ code, certificate })).toBe(reason)
})

let folder: TemporaryDirectory
let certificates: TlsCertificates
let others: TlsCertificates
let expired: KeyPair
beforeAll(async () => {
  folder = await temporaryDirectory()
  certificates = await tlsCertificates()
  others = await tlsCertificates()
  expired = await expiredClient(certificates)
})
afterAll(async () => {
  for (const one of [folder, certificates, others]) await one?.[Symbol.asyncDispose]()
})

let files = 0

/** A port that is protected as a file says, and the clients that were refused there. */
async function serve(...lines: readonly string[]) {
  files += 1
  const file = join(folder.path, `${files}.yml`)
  await writeFile(file, tlsFile(certificates.server, lines))
  const protection = await protectedPort([`--web.config.file=${file}`])
  const refused: RefusedClient[] = []
  const onRefused = (client: RefusedClient) => void refused.push(client)
  const exporter = await serveExporter({ protection: { ...protection, onRefused } })
  await exporter.poll(upResult())
  return {
    port: exporter.port,
    refused,
    status: (options: HttpsOptions) =>
      httpsStatus(`https://localhost:${exporter.port}/metrics`, options),
    async [Symbol.asyncDispose]() {
      await exporter.stop(0)
      protection[Symbol.dispose]()
    },
  }
}

const required = () => [
  'client_auth_type: RequireAndVerifyClientCert',
  `client_ca_file: ${certificates.ca}`,
]

describe('a client is refused and told of, once,', () => {
  test.each<[string, () => readonly string[], () => HttpsOptions, Partial<RefusedClient>]>([
    ['without a certificate', required, () => ({}), { reason: 'no_certificate' }],
    [
      'with one of another authority',
      required,
      () => ({ client: others.client }),
      { reason: 'bad_certificate', code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' },
    ],
    [
      'with an expired one',
      required,
      () => ({ client: expired }),
      { reason: 'expired', code: 'CERT_HAS_EXPIRED' },
    ],
    [
      'with one without an allowed name',
      () => [...required(), 'client_allowed_sans: [elsewhere]'],
      () => ({ client: certificates.client }),
      { reason: 'name' },
    ],
    [
      'without one where any will do',
      () => ['client_auth_type: RequireAnyClientCert'],
      () => ({}),
      { reason: 'no_certificate' },
    ],
    [
      'with an expired one where none need be given',
      () => ['client_auth_type: VerifyClientCertIfGiven', `client_ca_file: ${certificates.ca}`],
      () => ({ client: expired }),
      { reason: 'expired' },
    ],
    [
      'with a version that is too old',
      () => ['min_version: TLS13'],
      () => ({ maxVersion: 'TLSv1.2' }),
      { reason: 'version', code: 'ERR_SSL_UNSUPPORTED_PROTOCOL' },
    ],
    [
      'with a version that is too new',
      () => ['max_version: TLS12'],
      () => ({ minVersion: 'TLSv1.3' }),
      { reason: 'version' },
    ],
    [
      'without a suite in common',
      () => ['max_version: TLS12'],
      () => ({ ciphers: 'ECDHE-RSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' }),
      { reason: 'cipher' },
    ],
  ])('%s', async (_name, lines, options, expected) => {
    await using served = await serve(...lines())
    expect(await served.status(options())).not.toBe(200)

    await eventually(() =>
      expect(served.refused).toEqual([
        { code: expect.stringMatching(/^[A-Z0-9_]+$/), address: '127.0.0.1', ...expected },
      ]),
    )
  })

  test('that does not accept our certificate', async () => {
    await using served = await serve()
    await openssl(served.port, ['-verify_return_error', '-CAfile', others.ca])

    await eventually(() => expect(served.refused).toMatchObject([{ reason: 'our_certificate' }]))
  })

  test.each([
    'GET / HTTP/1.1\r\nHost: \u001b[31mred\r\n\r\n',
    'SSH-2.0-OpenSSH_9.9\r\n',
    '*1\r\n$4\r\nINFO\r\n',
    '\0'.repeat(100),
  ])('that sends %j', async (text) => {
    await using served = await serve()
    using client = await rawClient(served.port)
    client.write(text)
    await eventually(() => expect(served.refused).toHaveLength(1))

    expect(served.refused).toMatchObject([{ reason: 'not_tls', address: '127.0.0.1' }])
    expect(served.refused[0]?.code).toMatch(/^ERR_SSL_[A-Z_]+$/)
  })
})

test('whoever gets in, or only looks whether the port is open, is not told of', async () => {
  await using served = await serve(...required())
  const { client } = certificates
  expect(await served.status({ client })).toBe(200)
  for (const end of ['end', 'resetAndDestroy'] as const) {
    using looking = await rawClient(served.port)
    looking.socket[end]()
    await eventually(() => expect(looking.ended()).toBeDefined())
  }
  using stopsHalfway = await rawClient(served.port)
  stopsHalfway.socket.end(Buffer.from('1603010200010001fc0303', 'hex'))
  await once(stopsHalfway.socket, 'close')
  // Whatever was said of them was said before this one is served.
  expect(await served.status({ client })).toBe(200)

  expect(served.refused).toEqual([])
})
