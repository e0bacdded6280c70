import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { type TlsCertificates, tlsCertificates } from '../support/tls-certificates.ts'

const caFlag = '--tls-ca-cert-file (REDIS_EXPORTER_TLS_CA_CERT_FILE)'
const certificateFlag = '--tls-client-cert-file (REDIS_EXPORTER_TLS_CLIENT_CERT_FILE)'
const keyFlag = '--tls-client-key-file (REDIS_EXPORTER_TLS_CLIENT_KEY_FILE)'
const giveCertificates = 'give a file with certificates in PEM'
const giveKey = 'give a file with a private key in PEM, without a passphrase'

const locked = `-----BEGIN ENCRYPTED PRIVATE KEY-----
MIGjMF8GCSqGSIb3DQEFDTBSMDEGCSqGSIb3DQEFDDAkBBDGBvJJ9hS4v0u8VTtB
-----END ENCRYPTED PRIVATE KEY-----
`

const garbage = '-----BEGIN CERTIFICATE-----\nhunter2\n-----END CERTIFICATE-----\n'

let certificates: TlsCertificates
let files: Record<string, string>

beforeAll(async () => {
  certificates = await tlsCertificates()
  const { ca, client, server } = certificates
  const text = (path: string) => readFileSync(path, 'utf8')
  files = {
    ca: text(ca),
    cert: text(client.cert),
    key: text(client.key),
    otherKey: text(server.key),
    chain: `${text(client.cert)}\n${text(ca)}`,
    broken: text(ca) + garbage,
    garbage,
    text: 'hunter2',
    empty: '',
    locked,
  }
})

afterAll(async () => await certificates?.[Symbol.asyncDispose]())

describe('files that can be used', () => {
  test.each([
    [['--tls-ca-cert-file=ca']],
    [['--tls-ca-cert-file=chain']],
    [['--tls-client-cert-file=cert', '--tls-client-key-file=key']],
    [['--tls-client-cert-file=chain', '--tls-client-key-file=key', '--tls-ca-cert-file=ca']],
    [['--tls-client-cert-file=', '--tls-client-key-file=', '--tls-ca-cert-file=']],
  ])('are no mistake: %j', (args) => {
    expect(mistakes(args)).toEqual([])
  })
})

describe('a file that cannot be used is named with its setting and what is accepted', () => {
  test.each([
    [
      ['--tls-ca-cert-file=none'],
      [`${caFlag}: "none" cannot be read (ENOENT); ${giveCertificates}`],
    ],
    [['--tls-ca-cert-file=text'], [`${caFlag}: "text" is not accepted; ${giveCertificates}`]],
    [['--tls-ca-cert-file=empty'], [`${caFlag}: "empty" is not accepted; ${giveCertificates}`]],
    [['--tls-ca-cert-file=key'], [`${caFlag}: "key" is not accepted; ${giveCertificates}`]],
    [['--tls-ca-cert-file=garbage'], [`${caFlag}: "garbage" is not accepted; ${giveCertificates}`]],
    [
      ['--tls-client-cert-file=broken', '--tls-client-key-file=key'],
      [`${certificateFlag}: "broken" is not accepted; ${giveCertificates}`],
    ],
    [
      ['--tls-client-cert-file=none', '--tls-client-key-file=none'],
      [
        `${certificateFlag}: "none" cannot be read (ENOENT); ${giveCertificates}`,
        `${keyFlag}: the file cannot be read (ENOENT); ${giveKey}`,
      ],
    ],
    [
      ['--tls-client-cert-file=text', '--tls-client-key-file=cert'],
      [
        `${certificateFlag}: "text" is not accepted; ${giveCertificates}`,
        `${keyFlag}: "cert" is not accepted; ${giveKey}`,
      ],
    ],
    [
      ['--tls-client-cert-file=cert', '--tls-client-key-file=locked'],
      [`${keyFlag}: "locked" is not accepted; ${giveKey}`],
    ],
    [
      ['--tls-client-cert-file=cert', '--tls-client-key-file=otherKey'],
      [`${keyFlag}: it is not the key of ${certificateFlag}; give one that fits`],
    ],
    [
      ['--tls-client-cert-file=cert'],
      [`${keyFlag}: the value is missing; ${certificateFlag} does not do without`],
    ],
    [
      ['--tls-client-key-file=key'],
      [`${certificateFlag}: the value is missing; ${keyFlag} does not do without`],
    ],
  ])('%j', (args, expected) => {
    expect(mistakes(args)).toEqual(expected)
  })

  test('beside other mistakes', () => {
    expect(mistakes(['--tls-ca-cert-file=none', '--debug=maybe'])).toHaveLength(2)
  })

  test('but not to whoever asks for --acl', () => {
    expect(request(['--tls-ca-cert-file=none', '--acl']).kind).toBe('acl')
  })

  test('without a word of what it holds', () => {
    expect(mistakes(['--tls-ca-cert-file=garbage']).join()).not.toContain('hunter2')
  })
})

test('an authority that cannot be read is told of, and the others are trusted', () => {
  const asked = request(['--redis.addr=rediss://one', '--tls-ca-cert-file=broken'])

  expect(asked.kind === 'run' && asked.config.warnings).toEqual([
    `${caFlag}: of the 2 certificates in "broken", 1 cannot be read, and nobody is trusted by it`,
  ])
})

function mistakes(args: readonly string[]): readonly string[] {
  const asked = request(args)
  return asked.kind === 'mistakes' ? asked.mistakes : []
}

function request(args: readonly string[]) {
  return readConfig({
    args,
    env: {},
    collectors: [],
    readFile(path) {
      const text = files[path]
      if (text === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' })
      return text
    },
  })
}
