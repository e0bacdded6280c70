import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hash, mistakesOf, openedPort, tlsFile, usersOf } from '../support/opened-port.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { type TlsCertificates, tlsCertificates } from '../support/tls-certificates.ts'

let certificates: TlsCertificates
beforeAll(async () => {
  certificates = await tlsCertificates()
})
afterAll(() => certificates?.[Symbol.asyncDispose]())

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
    await writeFile(path, tlsFile(certificates.server, []))

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

test('a file and flags that say different things hold together', async () => {
  await using folder = await temporaryDirectory()
  const path = join(folder.path, 'web.yml')
  await writeFile(path, `basic_auth_users: {alice: ${hash}}\n`)
  const { server, ca } = certificates
  using opened = await openedPort([
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
