import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPort, type Port } from '../../src/protection/open-port.ts'
import { configured } from '../support/configured.ts'
import { eventually } from '../support/eventually.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { kubernetesVolume } from '../support/kubernetes-volume.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import {
  type KeyPair,
  selfSigned,
  type TlsCertificates,
  tlsCertificates,
} from '../support/tls-certificates.ts'

const hash = '$2y$10$Y/8.9HmI6nRONIDCMTCjZeW95j47wjK4wch4C2JSvmO2XhZXTMckK'
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

interface Opened extends Disposable {
  readonly port: Port
  readonly changes: readonly string[]
  readonly log: ReturnType<typeof recordedLog>
}

async function open(args: readonly string[]): Promise<Opened> {
  const recorded = recordedLog()
  const options = { settings: configured(args), clock: fakeClock(), log: recorded.log }
  const opened = await openPort({ ...options, everyMilliseconds: 20 })
  if ('mistakes' in opened) throw new Error(opened.mistakes.join('\n'))
  const { port } = opened
  const changes: string[] = []
  port.onChange(() => void changes.push(port.state().failure ?? 'in force'))
  return { port, changes, log: recorded, [Symbol.dispose]: port.stop }
}

async function mistakesOf(args: readonly string[]) {
  const options = { settings: configured(args), clock: fakeClock(), log: recordedLog().log }
  const opened = await openPort(options)
  return 'mistakes' in opened ? opened.mistakes : []
}

const text = (path: string) => readFile(path, 'utf8')
const usersOf = ({ port }: Opened) => {
  const { users } = port.current()
  return users?.kind === 'hashed' ? [...users.hashes.keys()] : undefined
}

describe('files that cannot be used keep the port from opening', () => {
  test('a file that is not there', async () => {
    expect(await mistakesOf(['--web.config.file=/nowhere/web.yml'])).toEqual([
      '--web.config.file (REDIS_EXPORTER_WEB_CONFIG_FILE): "/nowhere/web.yml" cannot be read (ENOENT)',
    ])
  })

  test('mistakes in it, each with file and line', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'web.yml')
    await writeFile(path, 'basic_auth_users:\n  alice: hunter2\n  bob:\n')

    expect(await mistakesOf([`--web.config.file=${path}`])).toEqual([
      expect.stringMatching(/web\.yml:2: basic_auth_users\.alice: the value is not accepted/),
      expect.stringMatching(/web\.yml:3: basic_auth_users\.bob: give a hash of bcrypt/),
    ])
  })

  test('files that it names, which are looked for beside it', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'web.yml')
    await writeFile(path, 'tls_server_config:\n  cert_file: a.crt\n  key: hunter2\n')

    expect(await mistakesOf([`--web.config.file=${path}`])).toEqual([
      `${path}:2: tls_server_config.cert_file: "${join(folder.path, 'a.crt')}" cannot be read (ENOENT); give a file with certificates in PEM`,
      `${path}:3: tls_server_config.key: it is not accepted; give a file with a private key in PEM, without a passphrase`,
    ])
  })

  test('a file without users where the probes are to ask for a login', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'web.yml')
    const { server } = certificates
    await writeFile(
      path,
      `tls_server_config: {cert_file: ${server.cert}, key_file: ${server.key}}\n`,
    )

    expect(await mistakesOf([`--web.config.file=${path}`, '--web.protect-probes'])).toEqual([
      expect.stringMatching(/^--web.protect-probes \(\w+\): nobody has to log in; give /),
    ])
  })

  test('what flags say as well', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'web.yml')
    await writeFile(path, `basic_auth_users: {alice: ${hash}}\n`)
    const login = ['--basic-auth-username=u', '--basic-auth-password=p']

    expect(await mistakesOf([`--web.config.file=${path}`, ...login])).toEqual([
      `${path}:1: basic_auth_users: --basic-auth-username (REDIS_EXPORTER_BASIC_AUTH_USERNAME) is given as well; give one of them`,
    ])
  })
})

describe('a certificate with which nobody could connect', () => {
  const ofRsa = 'cipher_suites: [TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256]'
  const ofEcdsa = 'cipher_suites: [TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256]'
  const most12 = 'max_version: TLS12'
  let folder: TemporaryDirectory
  let pairs: Readonly<Record<string, KeyPair>>

  beforeAll(async () => {
    folder = await temporaryDirectory()
    const [rsa, ed25519, dsa] = await Promise.all([
      selfSigned(folder.path, 'rsa:2048'),
      selfSigned(folder.path, 'ed25519'),
      selfSigned(folder.path, 'dsa'),
    ])
    pairs = { rsa, ed25519, dsa, ec: certificates.server }
  })
  afterAll(() => folder?.[Symbol.asyncDispose]())

  const text = (pair: KeyPair | undefined, lines: readonly string[]) => {
    const all = [`cert_file: ${pair?.cert}`, `key_file: ${pair?.key}`, ...lines]
    return `tls_server_config:\n${all.map((line) => `  ${line}\n`).join('')}`
  }

  async function mistakesWith(key: string, lines: readonly string[]) {
    const path = join(folder.path, 'web.yml')
    await writeFile(path, text(pairs[key], lines))
    const mistakes = await mistakesOf([`--web.config.file=${path}`])
    return mistakes.map((one) => one.replace(path, 'web.yml'))
  }

  test.each([
    ['ec', 'ec prime256v1', [most12, ofRsa]],
    ['rsa', 'rsa', [most12, ofEcdsa]],
    ['ed25519', 'ed25519', [most12, ofRsa]],
    ['ed25519', 'ed25519', ['min_version: TLS11', 'max_version: TLS11']],
    ['ec', 'ec prime256v1', [most12, 'cipher_suites: [TLS_AES_128_GCM_SHA256]']],
    ['ec', 'ec prime256v1', ['min_version: TLS10', 'max_version: TLS11', ofEcdsa]],
    ['dsa', 'dsa', []],
  ])('of the kind %s (%s) with %j', async (key, kind, lines) => {
    expect(await mistakesWith(key, lines)).toEqual([
      `web.yml:2: tls_server_config.cert_file: nobody can connect, since its key (${kind}) goes with no version, cipher suite and curve that is allowed; give another certificate, or allow more`,
    ])
  })

  test.each([
    // By the newest version, which has suites of its own, everybody can.
    ['ec', [ofRsa]],
    ['rsa', [ofEcdsa]],
    ['ec', [most12, ofEcdsa]],
    ['rsa', [most12, ofRsa]],
    ['rsa', [most12, 'cipher_suites: [TLS_RSA_WITH_AES_128_CBC_SHA]']],
    ['rsa', ['min_version: TLS10', 'max_version: TLS10']],
    ['ec', ['min_version: TLS10', 'cipher_suites: [TLS_AES_128_GCM_SHA256]']],
    ['ed25519', [most12, ofEcdsa]],
    ['ec', ['curve_preferences: [CurveP521]']],
  ])('is none of the kind %s with %j', async (key, lines) => {
    expect(await mistakesWith(key, lines)).toEqual([])
  })

  test.each([
    ['its suites become those of another kind', 'ec', [most12, ofRsa]],
    ['it becomes one of another kind', 'rsa', [most12, ofEcdsa]],
  ])('leaves the last good one in force where %s', async (_name, key, lines) => {
    const path = join(folder.path, 'changing.yml')
    await writeFile(path, text(pairs.ec, [most12, ofEcdsa]))
    using opened = await open([`--web.config.file=${path}`])
    const before = opened.port.current()
    await writeFile(path, text(pairs[key], lines))

    expect(await opened.port.reload()).toEqual([expect.stringContaining('nobody can connect')])
    expect(opened.port.current()).toBe(before)
  })
})

test('a file and flags that say different things hold together', async () => {
  await using folder = await temporaryDirectory()
  const path = join(folder.path, 'web.yml')
  await writeFile(path, `basic_auth_users: {alice: ${hash}}\n`)
  const { server, ca } = certificates
  using opened = await open([
    `--web.config.file=${path}`,
    `--tls-server-cert-file=${server.cert}`,
    `--tls-server-key-file=${server.key}`,
    `--tls-server-ca-cert-file=${ca}`,
  ])

  expect(usersOf(opened)).toEqual(['alice'])
  expect(opened.port.current().tls).toMatchObject({
    clientCertificates: 'RequireAndVerifyClientCert',
    certificates: [
      { use: 'server', serial: expect.stringMatching(/^[0-9a-f]+$/) },
      { use: 'client_ca', serial: expect.stringMatching(/^[0-9a-f]+$/) },
    ],
  })
})

describe('what changes is read anew', () => {
  test('users', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'web.yml')
    await writeFile(path, `basic_auth_users: {alice: ${hash}}\n`)
    using opened = await open([`--web.config.file=${path}`])
    await writeFile(path, `basic_auth_users: {bob: ${hash}}\n`)

    await eventually(() => expect(usersOf(opened)).toEqual(['bob']))
  })

  test('a version with a mistake leaves the last good one in force, and is told of once', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'web.yml')
    await writeFile(path, `basic_auth_users: {alice: ${hash}}\n`)
    using opened = await open([`--web.config.file=${path}`])
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
    using opened = await open([
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
    using opened = await open([`--tls-server-cert-file=${cert}`, `--tls-server-key-file=${key}`])
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
    using opened = await open([
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
    using opened = await open([`--web.config.file=${path}`])
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
    const { server } = certificates
    await writeFile(
      path,
      `tls_server_config: {cert_file: ${server.cert}, key_file: ${server.key}}\n`,
    )
    using opened = await open([`--web.config.file=${path}`])
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
    const write = (settings: readonly string[]) => writeFile(path, tlsFile(settings))
    const ca = `client_ca_file: ${certificates.ca}`
    await write(['client_auth_type: RequireAndVerifyClientCert', ca])
    using opened = await open([`--web.config.file=${path}`])
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
    await writeFile(path, tlsFile([...settings, 'client_allowed_sans: [a, b]']))
    using opened = await open([`--web.config.file=${path}`])
    await writeFile(path, tlsFile(settings))

    expect(await opened.port.reload()).toEqual([
      'client_allowed_sans is left out by a restart alone; give names',
    ])
    expect(opened.port.current().tls?.clientNames).toEqual(['a', 'b'])
    await writeFile(path, tlsFile([...settings, 'client_allowed_sans: [c]']))
    expect(await opened.port.reload()).toEqual([])
  })

  function tlsFile(settings: readonly string[]): string {
    const { server } = certificates
    const all = [`cert_file: ${server.cert}`, `key_file: ${server.key}`, ...settings]
    return `tls_server_config:\n${all.map((line) => `  ${line}\n`).join('')}`
  }
})
