import { describe, expect, test } from 'vitest'
import { readWebConfig, type TakenByFlags } from '../../src/protection/read-web-config.ts'
import { unindented } from '../support/unindented.ts'

const hash = '$2y$10$Y/8.9HmI6nRONIDCMTCjZeW95j47wjK4wch4C2JSvmO2XhZXTMckK'

async function settingsOf(text: string) {
  const { settings, mistakes } = await readWebConfig(text, '/etc/exporter/web.yml')
  expect(mistakes).toEqual([])
  return settings
}

/** What is wrong with a file, as `line path: what`. */
async function mistakesIn(text: string, taken?: TakenByFlags) {
  const { mistakes } = await readWebConfig(text, '/etc/exporter/web.yml', taken)
  return mistakes.map(({ line, path, what }) => `${line} ${path}: ${what}`)
}

describe('a file as the toolkit documents it', () => {
  test('gives TLS, client certificates, headers and users', async () => {
    const settings = await settingsOf(unindented`
      tls_server_config:
        cert_file: server.crt
        key_file: /keys/server.key
        client_auth_type: RequireAndVerifyClientCert
        client_ca_file: ca.crt
        client_allowed_sans:
          - prometheus.example.com
          - 10.0.0.1
        min_version: TLS12
        max_version: TLS13
        cipher_suites:
          - TLS_AES_128_GCM_SHA256
          - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
          - TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256
        prefer_server_cipher_suites: true
        curve_preferences: [CurveP256, X25519]
      http_server_config:
        http2: true
        headers:
          Content-Security-Policy: default-src 'self'
          X-Frame-Options: deny
          X-Content-Type-Options: nosniff
          X-XSS-Protection: 1; mode=block
          Strict-Transport-Security: max-age=31536000; includeSubDomains
      basic_auth_users:
        alice: ${hash}
        bob: ${hash}
    `)

    expect(settings.tls).toMatchObject({
      certificate: { path: '/etc/exporter/server.crt' },
      key: { path: '/keys/server.key' },
      ca: { path: '/etc/exporter/ca.crt' },
      clientCertificates: 'RequireAndVerifyClientCert',
      clientNames: ['prometheus.example.com', '10.0.0.1'],
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      cipherSuites: ['ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
      curves: ['prime256v1', 'X25519'],
    })
    expect(settings.headers).toEqual({
      'Content-Security-Policy': "default-src 'self'",
      'X-Frame-Options': 'deny',
      'X-Content-Type-Options': 'nosniff',
      'X-XSS-Protection': '1; mode=block',
      'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
    })
    expect(settings.users).toEqual({
      kind: 'hashed',
      hashes: new Map([
        ['alice', hash],
        ['bob', hash],
      ]),
    })
  })

  test('may hold users alone', async () => {
    const { tls, users } = await settingsOf(`basic_auth_users: {alice: ${hash}}`)

    expect(tls).toBeUndefined()
    expect(users).toEqual({ kind: 'hashed', hashes: new Map([['alice', hash]]) })
  })

  test('takes TLS 1.2 and later from any client where it says no more', async () => {
    const { tls, users } = await settingsOf('tls_server_config: {cert_file: a, key_file: b}')

    expect(tls).toMatchObject({
      clientCertificates: 'NoClientCert',
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
      cipherSuites: undefined,
    })
    expect(users).toBeUndefined()
  })

  test('may call a policy as the toolkit did once', async () => {
    const { tls } = await settingsOf(
      'tls_server_config: {cert_file: a, key_file: b, client_auth_type: RequireClientCert}',
    )

    expect(tls?.clientCertificates).toBe('RequireAnyClientCert')
  })

  test('may hold the certificate and the key themselves', async () => {
    const { tls } = await settingsOf(unindented`
      tls_server_config:
        cert: |
          one
          two
        key: three
    `)

    expect(tls?.certificate).toMatchObject({ text: 'one\ntwo\n', path: undefined })
    expect(tls?.key).toMatchObject({ text: 'three', path: undefined })
  })
})

describe('what protects less than it seems to is a mistake', () => {
  const nothing =
    '1 : it protects nothing; give tls_server_config, http_server_config, basic_auth_users, rate_limit, or leave --web.config.file out'

  test.each([
    ['', [nothing]],
    ['# soon\n', [nothing]],
    ['{}', [nothing]],
    [
      'basic_auth_users:\n',
      ['1 basic_auth_users: give a user at least, or leave it out for a port without a login'],
    ],
    [
      'basic_auth_users: {}',
      ['1 basic_auth_users: give a user at least, or leave it out for a port without a login'],
    ],
    ['tls_server_config: {cert_file: a}', ['1 tls_server_config.key_file: give it, or key']],
    [
      'tls_server_config: {}',
      [
        '1 tls_server_config.cert_file: give it, or cert',
        '1 tls_server_config.key_file: give it, or key',
      ],
    ],
    [
      'tls_server_config: {cert_file: a, cert: b, key_file: c}',
      ['1 tls_server_config.cert_file: cert is given as well; give one of them'],
    ],
    [
      'tls_server_config: {cert_file: a, key_file: b, client_ca_file: c}',
      [
        '1 tls_server_config.client_auth_type: with a client CA nobody is asked for a certificate; give RequireAndVerifyClientCert',
      ],
    ],
    [
      'tls_server_config: {cert_file: a, key_file: b, client_auth_type: RequireAndVerifyClientCert}',
      [
        '1 tls_server_config.client_ca_file: give it: RequireAndVerifyClientCert does not do without',
      ],
    ],
    ...[
      'client_allowed_sans: [c]',
      'client_auth_type: RequestClientCert, client_allowed_sans: [c]',
      'client_auth_type: RequireAnyClientCert, client_allowed_sans: [c]',
      'client_auth_type: VerifyClientCertIfGiven, client_ca_file: d, client_allowed_sans: [c]',
    ].map((clients): [string, string[]] => [
      `tls_server_config: {cert_file: a, key_file: b, ${clients}}`,
      [
        '1 tls_server_config.client_auth_type: with client_allowed_sans clients without a certificate, or with any, come in; give RequireAndVerifyClientCert',
      ],
    ]),
    ...['RequestClientCert', 'RequireAnyClientCert'].map((policy): [string, string[]] => [
      `tls_server_config: {cert_file: a, key_file: b, client_auth_type: ${policy}, client_ca: c}`,
      [
        `1 tls_server_config.client_auth_type: ${policy} does not look at the client CA; give RequireAndVerifyClientCert`,
      ],
    ]),
    [
      'tls_server_config: {cert_file: a, key_file: b, min_version: TLS13, max_version: TLS12}',
      ['1 tls_server_config.max_version: it is older than min_version; give a later one'],
    ],
    [
      `basic_auth_users: {"a:b": ${hash}}`,
      ['1 basic_auth_users.(a key that is no name): a user has a name without a colon in it'],
    ],
  ])('%j', async (text, expected) => {
    expect(await mistakesIn(text)).toEqual(expected)
  })
})

describe('a mistake is told with its line and the way to it', () => {
  test('all of them at once', async () => {
    const mistakes = await mistakesIn(unindented`
      tls_server_config:
        cert_file: a
        key_fil: b
        min_version: TLS9
        cipher_suites: [TLS_FAKE]
        client_auth_type: Sometimes
        prefer_server_cipher_suites: maybe
      http_server_config:
        headers:
          Server: me
          X-Frame-Options: allow
      basic_auth_users:
        alice: hunter2
      basic_auth_user:
        bob: hunter2
    `)

    expect(mistakes).toEqual([
      '1 tls_server_config.key_file: give it, or key',
      '3 tls_server_config.key_fil: there is no such setting; did you mean key_file?',
      '4 tls_server_config.min_version: it is not known; give one of TLS10, TLS11, TLS12, TLS13',
      expect.stringMatching(
        /^5 tls_server_config.cipher_suites\[0\]: it is not known; give one of /,
      ),
      expect.stringMatching(/^6 tls_server_config.client_auth_type: it is not known; give one of /),
      '7 tls_server_config.prefer_server_cipher_suites: it is not known; give one of true, false',
      expect.stringMatching(/^10 http_server_config.headers.Server: there is no such setting; /),
      '11 http_server_config.headers.X-Frame-Options: it is not accepted; give deny or sameorigin',
      '13 basic_auth_users.alice: the value is not accepted; give a hash of bcrypt such as htpasswd -B prints, with a cost from 4 to 16',
      '14 basic_auth_user: there is no such setting; did you mean basic_auth_users?',
    ])
  })

  test.each([
    ['tls_server_config: [a]', '1 tls_server_config: give cert_file, '],
    ['- a', '1 : give tls_server_config, http_server_config, basic_auth_users'],
    ['basic_auth_users: hunter2', '1 basic_auth_users: give a user at least'],
    ['basic_auth_users: {hunter2', '1 : '],
    ['a: 1\na: 2', '2 : this name stands twice'],
    [
      'http_server_config: {headers: {X-XSS-Protection: "1\\n2"}}',
      '1 http_server_config.headers.X-XSS-Protection: a header holds',
    ],
    [
      `basic_auth_users: {"${hash}": alice}`,
      '1 basic_auth_users.(a key that is no name): the value is not accepted',
    ],
    ['basic_auth_users: {alice: }', '1 basic_auth_users.alice: give a hash'],
    [
      `basic_auth_users: {alice: ${hash.replace('$10$', '$31$')}}`,
      '1 basic_auth_users.alice: the value is not accepted',
    ],
  ])('%j', async (text, beginning) => {
    const [first = ''] = await mistakesIn(text)
    expect(first).toContain(beginning)
  })

  test('without what may be a secret', async () => {
    const text = 'basic_auth_users: {hunter2: hunter2, "hunter3 hunter3": hunter3}'
    const all = (await mistakesIn(text)).join()

    expect(all).not.toContain(': hunter2')
    expect(all).not.toContain('hunter3')
  })
})

describe('a limit of requests', () => {
  test.each([
    ['{interval: 1s, burst: 20}', { intervalMilliseconds: 1_000, burst: 20 }],
    ['{burst: 1, interval: "1m30s"}', { intervalMilliseconds: 90_000, burst: 1 }],
    ['{interval: 250ms, burst: 5}', { intervalMilliseconds: 250, burst: 5 }],
    ['{interval: 0, burst: 20}', undefined],
    ['{interval: 0s}', undefined],
  ])('%s is %j', async (text, limit) => {
    expect((await settingsOf(`rate_limit: ${text}`)).limit).toEqual(limit)
  })

  const interval = 'a duration from 1ms to 1h with its unit, such as 1s, or 0 for no limit'
  const burst = 'a whole number from 1 to 1000000'

  test.each([
    ['{}', [`1 rate_limit.interval: give ${interval}`, `1 rate_limit.burst: give ${burst}`]],
    ['{interval: 1s}', [`1 rate_limit.burst: give ${burst}`]],
    ['{burst: 5}', [`1 rate_limit.interval: give ${interval}`]],
    ['{interval: 1, burst: 5}', [`1 rate_limit.interval: it is not accepted; give ${interval}`]],
    ['{interval: -1s, burst: 5}', [`1 rate_limit.interval: it is not accepted; give ${interval}`]],
    ['{interval: 2h, burst: 5}', [`1 rate_limit.interval: it is not accepted; give ${interval}`]],
    ['{interval: 1s, burst: 0}', [`1 rate_limit.burst: it is not accepted; give ${burst}`]],
    ['{interval: 1s, burst: 1.5}', [`1 rate_limit.burst: it is not accepted; give ${burst}`]],
    ['{interval: [1s], burst: 5}', [`1 rate_limit.interval: give ${interval}`]],
    [
      '{interval: 1s, burst: 5, brust: 6}',
      ['1 rate_limit.brust: there is no such setting; there is interval, burst'],
    ],
    ['20', ['1 rate_limit: give interval, burst']],
  ])('%s is a mistake', async (text, mistakes) => {
    expect(await mistakesIn(`rate_limit: ${text}`)).toEqual(mistakes)
  })
})

test('what flags say as well is said twice', async () => {
  const text = `tls_server_config: {cert_file: a, key_file: b}\nbasic_auth_users: {alice: ${hash}}\n`

  expect(await mistakesIn(text, { tls: '--tls', users: '--user' })).toEqual([
    '1 tls_server_config: --tls is given as well; give one of them',
    '2 basic_auth_users: --user is given as well; give one of them',
  ])
  expect(await mistakesIn(text, { users: '--user' })).toHaveLength(1)
})
