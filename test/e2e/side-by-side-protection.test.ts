import { hashSync } from 'bcryptjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startProgram } from '../support/child-process.ts'
import { eventually } from '../support/eventually.ts'
import { runExporter } from '../support/exporter.ts'
import { freePort } from '../support/free-port.ts'
import { httpRequest } from '../support/http-get.ts'
import { type HttpsOptions, httpsStatus } from '../support/https-get.ts'
import { peerProgram } from '../support/peer-exporter.ts'
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

/** Both exporters with the same flags; each on a port of its own, for a Redis that is not there. */
async function startBoth(args: readonly string[]) {
  const flags = [...args, '--redis.addr=redis://127.0.0.1:1']
  const [ourPort, theirPort] = [await freePort(), await freePort()]
  const ours = runExporter({ args: [...flags, `--web.listen-address=127.0.0.1:${ourPort}`] })
  const theirs = startProgram({
    program: peerProgram,
    args: [...flags, `--web.listen-address=127.0.0.1:${theirPort}`],
  })
  return {
    ports: [ourPort, theirPort] as const,
    programs: [ours, theirs] as const,
    async [Symbol.asyncDispose]() {
      await Promise.all([ours.stop(), theirs.stop()])
    },
  }
}

/** What both answer to the same request, when both answer. */
async function both<T>(ports: readonly number[], ask: (port: number) => Promise<T>) {
  return await eventually(() => Promise.all(ports.map(ask)), { within: 60_000 })
}

const basic = (text: string) => ({
  Authorization: `Basic ${Buffer.from(text).toString('base64')}`,
})
const long = 'x'.repeat(72)

describe.each([
  ['a password', ['--basic-auth-username=alice', '--basic-auth-password=right'], 'right'],
  [
    'a hash',
    ['--basic-auth-username=alice', `--basic-auth-hash-password=${hashSync('right', 4)}`],
    'right',
  ],
  [
    'the hash of a long password',
    ['--basic-auth-username=alice', `--basic-auth-hash-password=${hashSync(long, 4)}`],
    long,
  ],
])('with %s both exporters answer alike', (_name, args, right) => {
  const requests: readonly (readonly [string, Record<string, string>])[] = [
    ['the right login', basic(`alice:${right}`)],
    ['a wrong password', basic('alice:wrong')],
    ['no password', basic('alice:')],
    ['another user', basic(`bob:${right}`)],
    ['no user', basic(`:${right}`)],
    ['another case of the user', basic(`Alice:${right}`)],
    ['more behind the password', basic(`alice:${right}x`)],
    [
      'another case of the scheme',
      { Authorization: basic(`alice:${right}`).Authorization.replace('Basic', 'basic') },
    ],
    [
      'another scheme',
      { Authorization: basic(`alice:${right}`).Authorization.replace('Basic', 'Bearer') },
    ],
    ['malformed base64', { Authorization: 'Basic !!!' }],
    ['no login', {}],
  ]

  it('to each login', async () => {
    await using started = await startBoth(args)
    const answered: Record<string, readonly number[]> = {}
    for (const [name, headers] of requests)
      answered[name] = await both(started.ports, async (port) => {
        const { status } = await httpRequest(`http://127.0.0.1:${port}/metrics`, { headers })
        return status
      })

    for (const [name, [ours, theirs]] of Object.entries(answered))
      expect([name, ours]).toEqual([name, theirs])
    expect(answered['the right login']).toEqual([200, 200])
    expect(answered['no login']).toEqual([401, 401])
  })

  it('to other paths and methods without a login', async () => {
    await using started = await startBoth(args)

    for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS'])
      for (const path of ['/', '/metrics', '/scrape', '/health', '/nowhere', '/metrics?x'])
        expect([
          method,
          path,
          await both(started.ports, async (port) => {
            const url = `http://127.0.0.1:${port}${path}`
            return (await httpRequest(url, { method })).status
          }),
        ]).toEqual([method, path, [401, 401]])
  })
})

describe('with TLS both exporters answer alike', () => {
  const flags = ({ server }: TlsCertificates) => [
    `--tls-server-cert-file=${server.cert}`,
    `--tls-server-key-file=${server.key}`,
  ]
  const served = async (port: number, options: HttpsOptions) => {
    const status = await httpsStatus(`https://127.0.0.1:${port}/metrics`, options)
    // Not there yet.
    if (status === 'ECONNREFUSED') throw new Error('it does not listen')
    return typeof status === 'number' ? status : 'no answer'
  }

  it('to each certificate of a client', async () => {
    await using started = await startBoth([
      ...flags(certificates),
      `--tls-server-ca-cert-file=${certificates.ca}`,
    ])
    const clients: Record<string, HttpsOptions> = {
      good: { client: certificates.client },
      missing: {},
      'of another authority': { client: others.client },
      expired: { client: expired },
    }
    const answered: Record<string, unknown> = {}
    for (const [name, options] of Object.entries(clients))
      answered[name] = await both(started.ports, (port) => served(port, options))

    expect(answered).toEqual({
      good: [200, 200],
      missing: ['no answer', 'no answer'],
      'of another authority': ['no answer', 'no answer'],
      expired: ['no answer', 'no answer'],
    })
  })

  it.each([
    ['TLS1.0', 'TLSv1', 200],
    ['TLS1.1', 'TLSv1', 'no answer'],
    ['TLS1.1', 'TLSv1.1', 200],
    ['TLS1.2', 'TLSv1.1', 'no answer'],
    ['TLS1.2', 'TLSv1.2', 200],
    ['TLS1.3', 'TLSv1.2', 'no answer'],
    ['TLS1.3', 'TLSv1.3', 200],
  ] as const)('from %s on, to a client of %s: %j', async (minimum, version, expected) => {
    await using started = await startBoth([
      ...flags(certificates),
      `--tls-server-min-version=${minimum}`,
    ])
    const client = {
      maxVersion: version,
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT:@SECLEVEL=0',
    } as const

    expect(await both(started.ports, (port) => served(port, client))).toEqual([expected, expected])
  })

  it('to a login', async () => {
    await using started = await startBoth([
      ...flags(certificates),
      ...['--basic-auth-username=alice', '--basic-auth-password=right'],
    ])

    for (const [login, expected] of [
      ['alice:right', 200],
      ['alice:wrong', 401],
    ] as const)
      expect(await both(started.ports, (port) => served(port, { headers: basic(login) }))).toEqual([
        expected,
        expected,
      ])
  })
})

describe('what neither of them starts with', () => {
  it.each([
    [['--basic-auth-username=u', '--basic-auth-hash-password=hunter2']],
    [
      [
        ...['--basic-auth-username=u', '--basic-auth-password=p'],
        `--basic-auth-hash-password=${hashSync('p', 4)}`,
      ],
    ],
  ])('%j', async (args) => {
    await using started = await startBoth(args)
    const [ours, theirs] = await Promise.all(started.programs.map((one) => one.exited))

    expect([ours?.code, theirs?.code]).toEqual([2, 1])
  })
})

describe('half a protection ends our start, and leaves the port of the Go exporter open', () => {
  it.each([
    ['a user alone', () => ['--basic-auth-username=u']],
    ['a password alone', () => ['--basic-auth-password=p']],
    ['a certificate alone', () => [`--tls-server-cert-file=${certificates.server.cert}`]],
    ['a key alone', () => [`--tls-server-key-file=${certificates.server.key}`]],
    ['authorities alone', () => [`--tls-server-ca-cert-file=${certificates.ca}`]],
  ])('%s', async (_name, args) => {
    await using started = await startBoth(args())
    const [ours] = started.programs
    const [, theirPort] = started.ports

    expect((await ours.exited).code).toBe(2)
    expect(ours.output()).toContain('the value is missing')
    const open = await eventually(() => httpRequest(`http://127.0.0.1:${theirPort}/metrics`))
    expect(open.status).toBe(200)
  })
})
