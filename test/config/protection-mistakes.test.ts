import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { configured, mistakesOf } from '../support/configured.ts'
import { type TlsCertificates, tlsCertificates } from '../support/tls-certificates.ts'

const user = '--basic-auth-username (REDIS_EXPORTER_BASIC_AUTH_USERNAME)'
const password = '--basic-auth-password (REDIS_EXPORTER_BASIC_AUTH_PASSWORD)'
const hash = '--basic-auth-hash-password (REDIS_EXPORTER_BASIC_AUTH_HASH_PASSWORD)'
const certificate = '--tls-server-cert-file (REDIS_EXPORTER_TLS_SERVER_CERT_FILE)'
const key = '--tls-server-key-file (REDIS_EXPORTER_TLS_SERVER_KEY_FILE)'
const ca = '--tls-server-ca-cert-file (REDIS_EXPORTER_TLS_SERVER_CA_CERT_FILE)'
const version = '--tls-server-min-version (REDIS_EXPORTER_TLS_SERVER_MIN_VERSION)'
const missing = (one: string, other: string) =>
  `${one}: the value is missing; ${other} does not do without`

describe('half a login ends the start, where the Go exporter would serve everybody', () => {
  test.each([
    [['--basic-auth-username=u'], [missing(password, user)]],
    [['--basic-auth-username=u', '--basic-auth-password='], [missing(password, user)]],
    [['--basic-auth-password=p'], [missing(user, password)]],
    [['--basic-auth-hash-password=p'], [missing(user, hash), notAccepted()]],
    [['--basic-auth-username=u', '--basic-auth-hash-password=hunter2'], [notAccepted()]],
    [
      ['--basic-auth-username=u:v', '--basic-auth-password=p'],
      [`${user}: no client can log in as a user with a colon; give another name`],
    ],
  ])('%j', (args, expected) => {
    expect(mistakesOf(args)).toEqual(expected)
  })

  function notAccepted() {
    return `${hash}: the value is not accepted; give a hash of bcrypt such as htpasswd -B prints, with a cost from 4 to 16`
  }

  test('in the environment as well', () => {
    expect(mistakesOf([], { REDIS_EXPORTER_BASIC_AUTH_USERNAME: 'u' })).toEqual([
      missing(password, user),
    ])
  })

  test('and so do a password and a hash, of which neither wins', () => {
    const given = '$2y$10$Y/8.9HmI6nRONIDCMTCjZeW95j47wjK4wch4C2JSvmO2XhZXTMckK'
    const args = ['--basic-auth-username=u', '--basic-auth-password=p']

    expect(mistakesOf([...args, `--basic-auth-hash-password=${given}`])).toEqual([
      `${hash}: ${password} is given as well; give one of them`,
    ])
  })

  test('but not what is empty altogether', () => {
    expect(mistakesOf(['--basic-auth-username=', '--basic-auth-password='])).toEqual([])
  })
})

test('probes that ask for a login where there is none end the start', () => {
  const probes = '--web.protect-probes (REDIS_EXPORTER_WEB_PROTECT_PROBES)'
  const file = '--web.config.file (REDIS_EXPORTER_WEB_CONFIG_FILE)'

  expect(mistakesOf(['--web.protect-probes'])).toEqual([
    `${probes}: nobody has to log in; give ${user}, or basic_auth_users in the file of ${file}`,
  ])
})

describe('half of TLS ends the start', () => {
  let certificates: TlsCertificates
  beforeAll(async () => {
    certificates = await tlsCertificates()
  })
  afterAll(async () => await certificates?.[Symbol.asyncDispose]())

  function mistakes(args: readonly string[]) {
    const readFile = (path: string) => readFileSync(path, 'utf8')
    const request = readConfig({ args, env: {}, collectors: [], readFile })
    return request.kind === 'mistakes' ? request.mistakes : []
  }

  test('a certificate without its key', () => {
    const { server } = certificates
    expect(mistakes([`--tls-server-cert-file=${server.cert}`])).toEqual([missing(key, certificate)])
  })

  test('a key without its certificate', () => {
    const { server } = certificates
    expect(mistakes([`--tls-server-key-file=${server.key}`])).toEqual([missing(certificate, key)])
  })

  test('authorities of clients where no TLS is spoken', () => {
    expect(mistakes([`--tls-server-ca-cert-file=${certificates.ca}`])).toEqual([
      missing(certificate, ca),
    ])
  })

  test.each(['TLS1.2', 'TLS1.3'])('but not the version %s alone, which protects nothing', (one) => {
    const given = [`--tls-server-min-version=${one}`]
    expect(mistakes(given)).toEqual([])
    expect(configured(given).warnings).toEqual(
      one === 'TLS1.2' ? [] : [`${version} has no effect without --tls-server-cert-file`],
    )
  })

  test('a version that there is not', () => {
    expect(mistakes(['--tls-server-min-version=tls1.3'])).toEqual([
      `${version}: "tls1.3" is not accepted; give one of TLS1.0, TLS1.1, TLS1.2, TLS1.3`,
    ])
  })

  test('the key of another certificate', () => {
    const { server, client } = certificates
    const args = [`--tls-server-cert-file=${server.cert}`, `--tls-server-key-file=${client.key}`]
    expect(mistakes(args)).toEqual([
      `${key}: it is not the key of ${certificate}; give one that fits`,
    ])
  })
})
