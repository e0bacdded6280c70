import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type HttpsOptions, httpsStatus } from '../support/https-get.ts'
import { tlsFile } from '../support/opened-port.ts'
import { openssl } from '../support/openssl-client.ts'
import { upResult } from '../support/poll-results.ts'
import { protectedPort } from '../support/protected-port.ts'
import { rawClient } from '../support/raw-client.ts'
import {
  type ServedExporter,
  type ServedOptions,
  serveExporter,
} from '../support/served-exporter.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import {
  expiredClient,
  type KeyPair,
  type TlsCertificates,
  tlsCertificates,
} from '../support/tls-certificates.ts'

let certificates: TlsCertificates
let others: TlsCertificates
let expired: KeyPair
beforeAll(async () => {
  certificates = await tlsCertificates()
  others = await tlsCertificates()
  expired = await expiredClient(certificates)
})
afterAll(async () => {
  await certificates?.[Symbol.asyncDispose]()
  await others?.[Symbol.asyncDispose]()
})

interface ServedByTls extends AsyncDisposable {
  readonly exporter: ServedExporter
  status(options?: HttpsOptions): Promise<number | string>
}

async function serve(args: readonly string[], options: ServedOptions = {}): Promise<ServedByTls> {
  const protection = await protectedPort(args)
  const exporter = await serveExporter({ ...options, protection })
  await exporter.poll(upResult())
  return {
    exporter,
    status: (options) => httpsStatus(`https://localhost:${exporter.port}/metrics`, options),
    async [Symbol.asyncDispose]() {
      await exporter.stop(0)
      protection[Symbol.dispose]()
    },
  }
}

const flags = ({ server }: TlsCertificates) => [
  `--tls-server-cert-file=${server.cert}`,
  `--tls-server-key-file=${server.key}`,
]

/** Serves what a file says, its `tls_server_config` behind certificate and key. */
async function serveFile(lines: readonly string[]) {
  const folder = await temporaryDirectory()
  const { server } = certificates
  const file = join(folder.path, 'web.yml')
  await writeFile(file, tlsFile(server, lines))
  const served = await serve([`--web.config.file=${file}`])
  return {
    ...served,
    async [Symbol.asyncDispose]() {
      await served[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

test('the port is served over TLS with the certificate of the files', async () => {
  await using served = await serve(flags(certificates))

  expect(await served.status({ ca: certificates.ca })).toBe(200)
  expect(await served.status({ ca: others.ca })).not.toBe(200)
})

test('what is not spoken over TLS gets nothing', async () => {
  await using served = await serve(flags(certificates))
  using client = await rawClient(served.exporter.port)
  client.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n')

  await eventually(() => expect(client.ended()).toBeDefined())
  expect(client.received()).not.toContain('200')
})

describe('an older version of TLS', () => {
  const old = { ciphers: 'TLS_AES_128_GCM_SHA256:DEFAULT:@SECLEVEL=0' }

  test.each([
    [[], 'TLSv1.1', false],
    [[], 'TLSv1.2', true],
    [[], 'TLSv1.3', true],
    [['--tls-server-min-version=TLS1.3'], 'TLSv1.2', false],
    [['--tls-server-min-version=TLS1.3'], 'TLSv1.3', true],
    [['--tls-server-min-version=TLS1.1'], 'TLSv1.1', true],
    [['--tls-server-min-version=TLS1.0'], 'TLSv1', true],
    [['--tls-server-min-version=TLS1.0'], 'TLSv1.3', true],
  ] as const)('with %j by a client of %s: %j', async (args, maxVersion, isServed) => {
    await using served = await serve([...flags(certificates), ...args])
    const minVersion = maxVersion === 'TLSv1.3' ? maxVersion : 'TLSv1'

    expect((await served.status({ ...old, minVersion, maxVersion })) === 200).toBe(isServed)
  })
})

test('versions, suites and curves are those of the file', async () => {
  await using served = await serveFile([
    'max_version: TLS12',
    'cipher_suites: [TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256]',
    'curve_preferences: [CurveP384]',
  ])
  const said = await openssl(served.exporter.port, [])

  expect(said).toContain('ECDHE-ECDSA-CHACHA20-POLY1305')
  expect(said).toContain('Server Temp Key: ECDH, secp384r1')
  expect(await served.status({ minVersion: 'TLSv1.3' })).not.toBe(200)
  expect(await served.status({ ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256' })).not.toBe(200)
})

test('whoever allows suites of TLS 1.3 alone allows nobody an older version', async () => {
  await using served = await serveFile(['cipher_suites: [TLS_AES_256_GCM_SHA384]'])

  expect(await served.status({ maxVersion: 'TLSv1.2' })).not.toBe(200)
  expect(await served.status()).toBe(200)
})

test('a client cannot begin the handshake anew', async () => {
  await using served = await serveFile(['max_version: TLS12'])
  const said = await openssl(served.exporter.port, [], 'R\n')

  expect(said).toMatch(/no renegotiation/)
})

describe('certificates of clients', () => {
  const ca = () => `client_ca_file: ${certificates.ca}`
  const policy = (name: string, ...more: string[]) => [`client_auth_type: ${name}`, ...more]

  test.each([
    ['RequestClientCert', [], { none: true, good: true, other: true, expired: true }],
    ['RequireAnyClientCert', [], { none: false, good: true, other: true, expired: true }],
    ['VerifyClientCertIfGiven', ['ca'], { none: true, good: true, other: false, expired: false }],
    [
      'RequireAndVerifyClientCert',
      ['ca'],
      { none: false, good: true, other: false, expired: false },
    ],
  ])('%s with %j lets in %j', async (name, files, expected) => {
    await using served = await serveFile(policy(name, ...files.map(ca)))
    const isServed = async (client?: KeyPair) =>
      (await served.status(client ? { client } : {})) === 200

    expect({
      none: await isServed(),
      good: await isServed(certificates.client),
      other: await isServed(others.client),
      expired: await isServed(expired),
    }).toEqual(expected)
  })

  test('by the flag of the Go exporter are required of everybody, of probes as well', async () => {
    await using served = await serve([
      ...flags(certificates),
      `--tls-server-ca-cert-file=${certificates.ca}`,
    ])
    const probe = `https://localhost:${served.exporter.port}/healthz`

    expect(await served.status({ client: certificates.client })).toBe(200)
    expect(await served.status()).not.toBe(200)
    expect(await httpsStatus(probe)).not.toBe(200)
  })

  test.each([
    [['localhost'], true],
    [['elsewhere', '127.0.0.1'], true],
    [['::1'], true],
    [['elsewhere'], false],
    [['localhos'], false],
    [['DNS:localhost'], false],
  ])('must hold one of the names %j: %j', async (names, isServed) => {
    const allowed = `client_allowed_sans: ${JSON.stringify(names)}`
    await using served = await serveFile(policy('RequireAndVerifyClientCert', ca(), allowed))

    // That of the server is for clients as well, and has names.
    expect((await served.status({ client: certificates.server })) === 200).toBe(isServed)
    expect(await served.status({ client: certificates.client })).not.toBe(200)
  })
})

test('a certificate that is renewed is shown to whoever comes, and connections that stand live on', async () => {
  await using folder = await temporaryDirectory()
  const cert = join(folder.path, 'tls.crt')
  const key = join(folder.path, 'tls.key')
  await copyFile(certificates.server.cert, cert)
  await copyFile(certificates.server.key, key)
  await using served = await serve([
    `--tls-server-cert-file=${cert}`,
    `--tls-server-key-file=${key}`,
  ])
  const standing = await connected(served.exporter.port)
  await copyFile(others.server.cert, cert)
  await copyFile(others.server.key, key)

  await eventually(async () => expect(await served.status({ ca: others.ca })).toBe(200))
  expect(await served.status({ ca: certificates.ca })).not.toBe(200)
  expect(await ask(standing)).toContain('HTTP/1.1 200')
  standing.destroy()
})

test('another authority of clients counts for whoever comes', async () => {
  await using folder = await temporaryDirectory()
  const ca = join(folder.path, 'ca.crt')
  await copyFile(certificates.ca, ca)
  await using served = await serve([...flags(certificates), `--tls-server-ca-cert-file=${ca}`])
  expect(await served.status({ client: certificates.client })).toBe(200)
  await copyFile(others.ca, ca)

  await eventually(async () => expect(await served.status({ client: others.client })).toBe(200))
  expect(await served.status({ client: certificates.client })).not.toBe(200)
})

describe('connections over TLS', () => {
  test('one that does not finish its handshake gives way to others', async () => {
    await using served = await serve(flags(certificates), {
      limits: { connections: 2, silence: 0 },
    })
    using first = await rawClient(served.exporter.port)
    using second = await rawClient(served.exporter.port)

    expect(await served.status()).toBe(200)
    await eventually(() => expect(first.ended() ?? second.ended()).toBeDefined())
    expect(served.exporter.closings).toContain('silent')
  })

  test('one that drips its handshake is cut off, whoever else wants its place', async () => {
    await using served = await serve(flags(certificates))
    using slow = await rawClient(served.exporter.port)
    // A ClientHello of TLS 1.2 that is never whole.
    slow.socket.write(Buffer.from('1603010200010001fc0303', 'hex'))
    const drip = setInterval(() => slow.write('\0'), 500)

    await eventually(() => expect(slow.ended()).toBeDefined(), { within: 60_000 })
    clearInterval(drip)
  }, 90_000)

  test('one whose client takes nothing of its response is cut off', async () => {
    await using served = await serve(flags(certificates), {
      own: `# ${'x'.repeat(20_000_000)}\n`,
      limits: { stall: 500 },
    })
    const socket = await connected(served.exporter.port)
    socket.pause()
    socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n')

    await eventually(() => expect(served.exporter.closings).toEqual(['stalled']))
    socket.destroy()
  })

  test('those that are idle end when the exporter stops', async () => {
    const served = await serve(flags(certificates))
    const idle = await connected(served.exporter.port)
    const closed = new Promise((resolve) => idle.once('close', resolve))
    idle.resume()
    using silent = await rawClient(served.exporter.port)
    await served[Symbol.asyncDispose]()

    await closed
    await eventually(() => expect(silent.ended()).toBeDefined())
  })
})

async function connected(port: number): Promise<TLSSocket> {
  const socket = connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false })
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('secureConnect', resolve))
  return socket
}

async function ask(socket: TLSSocket): Promise<string> {
  let text = ''
  socket.on('data', (chunk) => {
    text += chunk.toString()
  })
  socket.write('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n')
  return await eventually(() => {
    expect(text).toContain('\r\n\r\n')
    return text
  })
}
