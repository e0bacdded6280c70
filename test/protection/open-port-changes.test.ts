import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { kubernetesVolume } from '../support/kubernetes-volume.ts'
import { hash, openedPort, tlsFile, usersOf } from '../support/opened-port.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { type TlsCertificates, tlsCertificates } from '../support/tls-certificates.ts'

let certificates: TlsCertificates
let others: TlsCertificates
beforeAll(async () => {
  certificates = await tlsCertificates()
  others = await tlsCertificates()
})
afterAll(async () => {
  await certificates?.[Symbol.asyncDispose]()
  await others?.[Symbol.asyncDispose]()
})

const text = (path: string) => readFile(path, 'utf8')

describe('what changes is read anew', () => {
  test('users', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'web.yml')
    await writeFile(path, `basic_auth_users: {alice: ${hash}}\n`)
    using opened = await openedPort([`--web.config.file=${path}`])
    await writeFile(path, `basic_auth_users: {bob: ${hash}}\n`)

    await eventually(() => expect(usersOf(opened)).toEqual(['bob']))
  })

  test('a version with a mistake leaves the last good one in force, and is told of once', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'web.yml')
    await writeFile(path, `basic_auth_users: {alice: ${hash}}\n`)
    using opened = await openedPort([`--web.config.file=${path}`])
    await writeFile(path, 'basic_auth_users: {}\n')

    await eventually(() => expect(opened.port.state().failure).toContain('web.yml:1: '))
    await opened.port.reload()
    expect(usersOf(opened)).toEqual(['alice'])
    await rm(path)
    await eventually(() => expect(opened.port.state().failure).toContain('cannot be read (ENOENT)'))
    expect(usersOf(opened)).toEqual(['alice'])
    await writeFile(path, `basic_auth_users: {carol: ${hash}}\n`)
    await eventually(() => expect(usersOf(opened)).toEqual(['carol']))
    expect(opened.port.state().failure).toBeUndefined()
  })

  test('a certificate and its key that Kubernetes swaps together', async () => {
    await using folder = await temporaryDirectory()
    const volume = kubernetesVolume(join(folder.path, 'tls'))
    const publish = async ({ server }: TlsCertificates) =>
      volume.publish({ 'tls.crt': await text(server.cert), 'tls.key': await text(server.key) })
    await publish(certificates)
    using opened = await openedPort([
      `--tls-server-cert-file=${volume.path('tls.crt')}`,
      `--tls-server-key-file=${volume.path('tls.key')}`,
    ])
    const serial = () => opened.port.current().tls?.certificates[0]?.serial
    const before = serial()
    await publish(others)

    await eventually(() => expect(serial()).not.toBe(before))
    expect(opened.port.state().failure).toBeUndefined()
  })

  test('a certificate whose key comes later, when that has come', async () => {
    await using folder = await temporaryDirectory()
    const cert = join(folder.path, 'tls.crt')
    const key = join(folder.path, 'tls.key')
    await writeFile(cert, await text(certificates.server.cert))
    await writeFile(key, await text(certificates.server.key))
    using opened = await openedPort([
      `--tls-server-cert-file=${cert}`,
      `--tls-server-key-file=${key}`,
    ])
    const serial = () => opened.port.current().tls?.certificates[0]?.serial
    const before = serial()
    await writeFile(cert, await text(others.server.cert))

    await eventually(() => expect(opened.port.state().failure).toContain('is not the key of'))
    expect(serial()).toBe(before)
    await writeFile(key, await text(others.server.key))
    await eventually(() => expect(serial()).not.toBe(before))
  })

  test('but no file that was cut within a certificate', async () => {
    await using folder = await temporaryDirectory()
    const ca = join(folder.path, 'ca.crt')
    const both = (await text(certificates.ca)) + (await text(others.ca))
    await writeFile(ca, both)
    const { server } = certificates
    using opened = await openedPort([
      `--tls-server-cert-file=${server.cert}`,
      `--tls-server-key-file=${server.key}`,
      `--tls-server-ca-cert-file=${ca}`,
    ])
    await writeFile(ca, both.slice(0, -100))

    expect(await opened.port.reload()).toEqual([expect.stringContaining('is not accepted')])
    expect(opened.port.current().tls?.certificates).toHaveLength(3)
  })

  test('but the login is not switched off while it runs', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'web.yml')
    await writeFile(path, `basic_auth_users: {alice: ${hash}}\n`)
    using opened = await openedPort([`--web.config.file=${path}`])
    await writeFile(path, 'http_server_config: {http2: true}\n')

    await eventually(() =>
      expect(opened.port.state().failure).toBe(
        'the login is switched off by a restart alone; give users',
      ),
    )
    expect(usersOf(opened)).toEqual(['alice'])
  })

  test('but TLS is not switched off while it runs', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'web.yml')
    await writeFile(path, tlsFile(certificates.server, []))
    using opened = await openedPort([`--web.config.file=${path}`])
    await writeFile(path, `basic_auth_users: {alice: ${hash}}\n`)

    await eventually(() =>
      expect(opened.port.state().failure).toBe('TLS is switched off by a restart alone'),
    )
    expect(opened.port.current().tls).toBeDefined()
    expect(usersOf(opened)).toBeUndefined()
  })

  test.each([
    ['is cut behind the key', []],
    ['asks for any certificate', ['client_auth_type: RequireAnyClientCert']],
    ['verifies what is shown alone', ['client_auth_type: VerifyClientCertIfGiven', 'ca']],
    ['asks nobody', ['client_auth_type: NoClientCert']],
  ])('but clients need their certificate still where a file %s', async (_name, lines) => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'web.yml')
    const write = (settings: readonly string[]) =>
      writeFile(path, tlsFile(certificates.server, settings))
    const ca = `client_ca_file: ${certificates.ca}`
    await write(['client_auth_type: RequireAndVerifyClientCert', ca])
    using opened = await openedPort([`--web.config.file=${path}`])
    await write(lines.map((line) => (line === 'ca' ? ca : line)))
    const why =
      'that clients must show a certificate is switched off by a restart alone; give RequireAndVerifyClientCert'

    expect(await opened.port.reload()).toEqual([why])
    expect(opened.port.state().failure).toBe(why)
    expect(opened.log.lines.at(-1)).toMatchObject({ level: 'warn', mistakes: [why] })
    expect(opened.port.current().tls?.clientCertificates).toBe('RequireAndVerifyClientCert')
    await write(['client_auth_type: RequireAndVerifyClientCert', ca])
    expect(await opened.port.reload()).toEqual([])
  })

  test('but the names that certificates must hold do not vanish while it runs', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'web.yml')
    const settings = [
      'client_auth_type: RequireAndVerifyClientCert',
      `client_ca_file: ${certificates.ca}`,
    ]
    await writeFile(
      path,
      tlsFile(certificates.server, [...settings, 'client_allowed_sans: [a, b]']),
    )
    using opened = await openedPort([`--web.config.file=${path}`])
    await writeFile(path, tlsFile(certificates.server, settings))

    expect(await opened.port.reload()).toEqual([
      'client_allowed_sans is left out by a restart alone; give names',
    ])
    expect(opened.port.current().tls?.clientNames).toEqual(['a', 'b'])
    await writeFile(path, tlsFile(certificates.server, [...settings, 'client_allowed_sans: [c]']))
    expect(await opened.port.reload()).toEqual([])
  })
})
