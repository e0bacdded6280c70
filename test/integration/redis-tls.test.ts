import { X509Certificate } from 'node:crypto'
import { copyFile, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, test } from 'vitest'
import type { RedisError } from '../../src/redis/redis-error.ts'
import type { TlsSettings } from '../../src/redis/socket-options.ts'
import { type PolledTarget, polledTarget } from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { type KeyPair, type TlsCertificates, tlsCertificates } from '../support/tls-certificates.ts'

let certificates: TlsCertificates
let others: TlsCertificates
let redis: RedisServer

beforeAll(async () => {
  certificates = await tlsCertificates()
  others = await tlsCertificates()
  redis = await startRedis({
    tls: { ...certificates.server, ca: certificates.ca },
    // The second address is of the loopback, too, and no name in the certificate.
    args: ['--bind', '127.0.0.1', '127.0.0.2'],
  })
})

afterAll(async () => {
  await redis?.stop()
  await certificates?.[Symbol.asyncDispose]()
  await others?.[Symbol.asyncDispose]()
})

describe('a Redis that wants a certificate of its clients', () => {
  interface Case {
    readonly who: string
    readonly host?: string
    readonly tls: () => TlsSettings
  }

  it.each<Case>([
    { who: 'its CA, with a certificate of it', tls: () => right() },
    { who: 'its CA, by the name of its host', host: 'localhost', tls: () => right() },
    {
      who: 'its CA, at an address for which a name is given',
      host: '127.0.0.2',
      tls: () => ({ ...right(), tlsServerName: 'localhost' }),
    },
    {
      who: 'its CA, at an address for which another address is given',
      host: '127.0.0.2',
      tls: () => ({ ...right(), tlsServerName: '127.0.0.1' }),
    },
    {
      who: 'no CA, but does not verify',
      host: '127.0.0.2',
      tls: () => ({ ...right(), tlsCaFile: '', skipTlsVerification: true }),
    },
    {
      who: 'another CA, but does not verify',
      tls: () => ({ ...right(), tlsCaFile: others.ca, skipTlsVerification: true }),
    },
  ])('is up for whoever knows $who', async ({ host, tls }) => {
    using target = targetAt(host, tls())

    expect((await target.poll()).error).toBeUndefined()
  })

  it('is up for whoever knows its CA behind one that cannot be read', async () => {
    await using directory = await temporaryDirectory()
    const tlsCaFile = join(directory.path, 'ca.pem')
    const unreadable = '-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n'
    await writeFile(tlsCaFile, unreadable + (await readFile(certificates.ca, 'utf8')))
    using target = targetAt(undefined, { ...right(), tlsCaFile })

    expect((await target.poll()).error).toBeUndefined()
  })

  it.each<Case & { readonly code: string }>([
    {
      who: 'knows another CA',
      tls: () => ({ ...right(), tlsCaFile: others.ca }),
      code: 'SELF_SIGNED_CERT_IN_CHAIN',
    },
    {
      who: 'knows no CA',
      tls: () => ({ ...right(), tlsCaFile: undefined }),
      code: 'SELF_SIGNED_CERT_IN_CHAIN',
    },
    {
      who: 'comes by another address',
      host: '127.0.0.2',
      tls: () => right(),
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    },
    {
      who: 'expects another name',
      tls: () => ({ ...right(), tlsServerName: 'redis.example' }),
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    },
    {
      who: 'expects another address',
      tls: () => ({ ...right(), tlsServerName: '127.0.0.9' }),
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    },
    {
      who: 'shows no certificate',
      tls: () => ({ tlsCaFile: certificates.ca }),
      code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    },
    {
      who: 'shows a certificate of another CA',
      tls: () => ({ ...right(), ...clientOf(others) }),
      code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    },
  ])('is down for whoever $who', async ({ host, tls, code }) => {
    using target = targetAt(host, tls())

    const { error } = await target.poll()

    expect(error).toMatchObject({
      reason: 'tls',
      message: `the TLS handshake failed (${code})`,
    })
  })
})

test('what both sides showed tells when it expires, with every poll', async () => {
  const expiry = async ({ cert }: KeyPair) =>
    Date.parse(new X509Certificate(await readFile(cert)).validTo) / 1e3
  using target = targetAt('127.0.0.1', right())
  using stranger = targetAt('127.0.0.1', { tlsCaFile: others.ca })
  const shown = [
    { use: 'server', expires: await expiry(certificates.server) },
    { use: 'client', expires: await expiry(certificates.client) },
  ]

  expect((await target.poll()).certificates).toEqual(shown)
  expect((await target.poll()).certificates).toEqual(shown)
  expect((await stranger.poll()).certificates).toBeUndefined()
})

describe('files that change while the exporter runs', () => {
  let directory: TemporaryDirectory
  let files: { readonly ca: string; readonly key: string; readonly cert: string }
  let target: PolledTarget

  beforeEach(async () => {
    directory = await temporaryDirectory()
    const path = (name: string) => join(directory.path, name)
    files = { ca: path('ca'), key: path('key'), cert: path('cert') }
    await copyFile(certificates.ca, files.ca)
    await copyFile(certificates.client.key, files.key)
    await copyFile(certificates.client.cert, files.cert)
    target = targetAt('127.0.0.1', {
      tlsCaFile: files.ca,
      tlsClientKeyFile: files.key,
      tlsClientCertificateFile: files.cert,
    })
    await expectUp()

    return async () => {
      target[Symbol.dispose]()
      await directory[Symbol.asyncDispose]()
    }
  })

  it.each([
    ['ca', 'tls-ca-cert-file'],
    ['cert', 'tls-client-cert-file'],
    ['key', 'tls-client-key-file'],
  ] as const)(
    'one that is gone (%s) is named without its path, and may come back',
    async (file, option) => {
      await rename(files[file], `${files[file]}.away`)

      expect(await errorOfNewConnection()).toMatchObject({
        reason: 'tls',
        message: `the file of ${option} cannot be read (ENOENT)`,
      })

      await rename(`${files[file]}.away`, files[file])
      await expectUp()
    },
  )

  it('a key that came before its certificate takes the target down until that is there', async () => {
    await copyFile(others.client.key, files.key)

    expect(await errorOfNewConnection()).toMatchObject({
      reason: 'tls',
      message: expect.stringMatching(/^the certificates or the key cannot be used \(ERR_\w+\)$/),
    })

    await copyFile(certificates.client.key, files.key)
    await expectUp()
  })

  it('one that holds something else takes the target down until it is right again', async () => {
    await writeFile(files.ca, 'hunter2')

    const error = await errorOfNewConnection()
    expect(error?.reason).toBe('tls')
    expect(error?.message).not.toContain('hunter2')

    await copyFile(certificates.ca, files.ca)
    await expectUp()
  })

  it('a connection from before lives on without them', async () => {
    await writeFile(files.ca, '')

    await expectUp()
  })

  async function expectUp(): Promise<void> {
    expect((await target.poll()).error).toBeUndefined()
  }

  /** The poll that finds its connection closed may be down for that; the next one connects. */
  async function errorOfNewConnection(): Promise<RedisError | undefined> {
    await redis.client().call('CLIENT', 'KILL', 'TYPE', 'normal')
    const { error } = await target.poll()
    return error?.reason === 'connection' ? (await target.poll()).error : error
  }
})

function targetAt(host = '127.0.0.1', tls: TlsSettings): PolledTarget {
  return polledTarget(`rediss://${host}:${redis.port}`, { tls })
}

function right(): TlsSettings {
  return { tlsCaFile: certificates.ca, ...clientOf(certificates) }
}

function clientOf({ client }: TlsCertificates): TlsSettings {
  return { tlsClientCertificateFile: client.cert, tlsClientKeyFile: client.key }
}
