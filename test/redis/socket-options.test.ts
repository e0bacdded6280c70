import { writeFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { socketOptions } from '../../src/redis/socket-options.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const plain = { kind: 'tcp', host: 'redis', port: 6379, tls: false } as const
const secured = (host: string) => ({ ...plain, host, tls: true })

test('a socket is reached by its path, without TLS', () => {
  const settings = { tlsServerName: 'redis', tlsCaFile: '/none' }

  expect(socketOptions({ kind: 'unix', path: '/run/redis.sock' }, settings)).toEqual({
    place: { path: '/run/redis.sock' },
    tls: undefined,
  })
})

test('without TLS no file is read and no name asked for', () => {
  expect(socketOptions(plain, { tlsServerName: 'redis', tlsCaFile: '/none' })).toEqual({
    place: { host: 'redis', port: 6379 },
    tls: undefined,
  })
})

describe('with TLS', () => {
  test.each([
    ['the host', 'redis', undefined, 'redis'],
    ['the host, when the name given is empty', 'redis', '', 'redis'],
    ['the name given', 'redis', 'other', 'other'],
    ['the name given, when the host is an address', '10.0.0.1', 'other', 'other'],
  ])('the name asked for is %s', (_case, host, tlsServerName, expected) => {
    expect(socketOptions(secured(host), { tlsServerName }).tls).toEqual({ servername: expected })
  })

  test.each([
    ['the host', '10.0.0.1', undefined],
    ['the name given', 'redis', '10.0.0.1'],
  ])('an address is no name to ask for: %s', (_case, host, tlsServerName) => {
    const tls = socketOptions(secured(host), { tlsServerName }).tls
    const certificate = (address: string) =>
      ({ subjectaltname: `IP Address:${address}` }) as Parameters<
        NonNullable<NonNullable<typeof tls>['checkServerIdentity']>
      >[1]

    expect(tls).not.toHaveProperty('servername')
    expect(tls?.checkServerIdentity?.(host, certificate('10.0.0.1'))).toBeUndefined()
    expect(tls?.checkServerIdentity?.(host, certificate('10.0.0.2'))).toBeInstanceOf(Error)
  })

  test.each([
    [true, false],
    [false, undefined],
  ])('when verification is skipped (%s), any certificate will do', (skip, expected) => {
    const { tls } = socketOptions(secured('redis'), { skipTlsVerification: skip })

    expect(tls?.rejectUnauthorized).toBe(expected)
  })

  test('a file of authorities that holds none is told by the option', async () => {
    await using directory = await temporaryDirectory()
    const path = `${directory.path}/ca.pem`
    await writeFile(path, '-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n')

    expect(() => socketOptions(secured('redis'), { tlsCaFile: path })).toThrow(
      expect.objectContaining({
        reason: 'tls',
        message: 'the file of tls-ca-cert-file holds no certificate',
      }),
    )
  })

  test.each([
    ['tlsCaFile', 'tls-ca-cert-file'],
    ['tlsClientCertificateFile', 'tls-client-cert-file'],
    ['tlsClientKeyFile', 'tls-client-key-file'],
  ])(
    'a file of %s that cannot be read is told by the option, not by its path',
    async (key, option) => {
      await using directory = await temporaryDirectory()
      const read = (path: string) => () => socketOptions(secured('redis'), { [key]: path })

      expect(read(`${directory.path}/hunter2`)).toThrow(
        expect.objectContaining({
          name: 'RedisError',
          reason: 'tls',
          message: `the file of ${option} cannot be read (ENOENT)`,
        }),
      )
      expect(read(directory.path)).toThrow(`the file of ${option} cannot be read (EISDIR)`)
    },
  )
})
