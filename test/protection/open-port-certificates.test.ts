import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mistakesOf, openedPort, tlsFile } from '../support/opened-port.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import {
  type KeyPair,
  selfSigned,
  type TlsCertificates,
  tlsCertificates,
} from '../support/tls-certificates.ts'

let certificates: TlsCertificates
beforeAll(async () => {
  certificates = await tlsCertificates()
})
afterAll(() => certificates?.[Symbol.asyncDispose]())

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

  async function mistakesWith(key: string, lines: readonly string[]) {
    const path = join(folder.path, 'web.yml')
    await writeFile(path, tlsFile(pairs[key], lines))
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
    await writeFile(path, tlsFile(pairs.ec, [most12, ofEcdsa]))
    using opened = await openedPort([`--web.config.file=${path}`])
    const before = opened.port.current()
    await writeFile(path, tlsFile(pairs[key], lines))

    expect(await opened.port.reload()).toEqual([expect.stringContaining('nobody can connect')])
    expect(opened.port.current()).toBe(before)
  })
})
