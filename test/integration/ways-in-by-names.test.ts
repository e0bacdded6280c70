import dns, { type LookupAddress } from 'node:dns'
import { readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { eventually } from '../support/eventually.ts'
import {
  everything,
  exporterAllowing,
  type GuardedServers,
  startGuardedServers,
} from '../support/guarded-servers.ts'
import { trackSockets } from '../support/listening-sockets.ts'
import { startNameServer } from '../support/name-server.ts'
import { answers } from '../support/peer-behaviours.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { resp } from '../support/resp.ts'
import { tlsCertificates } from '../support/tls-certificates.ts'
import type { Trap } from '../support/trap.ts'

// Names are allowed, and lead where whoever owns them likes.

let servers: GuardedServers
let trap: Trap
let redis: RedisServer

beforeAll(async () => {
  servers = await startGuardedServers()
  ;({ trap, redis } = servers)
})
afterAll(() => servers[Symbol.asyncDispose]())
afterEach(() => {
  vi.restoreAllMocks()
  expect(trap.connections()).toBe(0)
})

/** Lets every name lead to these, for whoever looks it up to connect. */
function lead(...addresses: readonly string[]): void {
  const found: LookupAddress[] = addresses.map((address) => ({
    address,
    family: isIPv6(address) ? 6 : 4,
  }))
  lookUpBy((_name, answered) => answered(null, found))
}

type Answered = (failure: Error | null, found: LookupAddress[]) => void

/** Puts another function in the place of the one that looks up names, as a connection calls it. */
function lookUpBy(find: (name: string, answered: Answered) => void): void {
  const lookup = (name: string, _options: object, answered: Answered) => find(name, answered)
  vi.spyOn(dns, 'lookup').mockImplementation(lookup as typeof dns.lookup)
}

const forbidden = 'err="connection: the name leads to an address that is not allowed"'

describe('a name that is allowed', () => {
  it.each([
    ['loopback', ['127.0.0.1']],
    ['another address of loopback', ['127.7.7.7']],
    ['loopback of IPv6', ['::1']],
    ['a mapped address', ['::ffff:127.0.0.1']],
    ['an address of NAT64', ['64:ff9b::7f00:1']],
    ['the unspecified address', ['0.0.0.0']],
    ['what clouds tell machines of themselves', ['169.254.169.254']],
    ['loopback behind an allowed one', ['127.0.0.2', '127.0.0.1']],
    ['loopback before an allowed one', ['::1', '127.0.0.2']],
  ])('is not followed to %s', async (_where, addresses) => {
    await using exporter = await exporterAllowing(`${everything},127.0.0.2`)
    lead(...addresses)
    for (const scheme of ['redis', 'rediss']) {
      const { status, body } = await exporter.polled(`${scheme}://a.allowed.test:${trap.port}`)

      expect(status).toBe(200)
      expect(body).toContain('\nredis_up 0\n')
      expect(body).toContain(forbidden)
    }
    expect(await exporter.metrics()).toMatch(/refusals_total\{reason="address"\} [1-9]/)
  })

  it('is looked up once for each connection, which goes where that led', async () => {
    // A server of names that is asked twice tells two addresses: first one that is allowed.
    await using names = await startNameServer('127.0.0.2')
    const asked: string[] = []
    await using exporter = await exporterAllowing('*.allowed.test,127.0.0.2')
    lookUpBy((name, answered) => {
      asked.push(name)
      names.lookup(name, { all: true }, (failure, found) => {
        names.leadTo('127.0.0.1')
        answered(failure, found)
      })
    })

    const { body } = await exporter.polled(`a.allowed.test:${redis.port}`)

    expect(body).toContain('\nredis_up 1\n')
    expect(asked).toEqual(['a.allowed.test'])
  })

  it('is looked up when no other one is: a hundred slow ones leave threads to the other targets', async () => {
    const under = new Set<() => void>()
    await using exporter = await exporterAllowing('*.allowed.test', '--poll.timeout=900ms')
    lookUpBy((_name, answered) => {
      const end = () => {
        under.delete(end)
        answered(new Error('nobody answers'), [])
      }
      under.add(end)
    })
    const names = Array.from({ length: 100 }, (_, number) => `slow${number}.allowed.test`)
    for (const name of names) await exporter.scrape(name)
    await eventually(async () =>
      expect((await exporter.scrape('slow99.allowed.test')).body).toContain('err="timeout: '),
    )
    expect(under.size).toBe(1)

    for (let turn = 0; turn < 3; turn += 1) {
      await eventually(() => expect(under.size).toBe(1))
      for (const end of under) end()
      expect(under.size).toBeLessThan(2)
    }
    exporter.stopTargets()
    for (const end of under) end()

    // Whose polls are over wait for nothing.
    expect(under.size).toBe(0)
  })

  it('is the one that TLS asks for, and that the certificate must hold', async () => {
    await using certificates = await tlsCertificates()
    const names: (string | undefined)[] = []
    const shown: object[] = []
    const server = createTlsServer({
      key: readFileSync(certificates.server.key),
      cert: readFileSync(certificates.server.cert),
      requestCert: true,
      rejectUnauthorized: false,
      SNICallback(name, done) {
        names.push(name)
        done(null)
      },
    })
    const { port, close } = await trackSockets(server)
    const own = [`--tls-ca-cert-file=${certificates.ca}`, '--discover=none']
    const clientCertificate = [
      `--tls-client-cert-file=${certificates.client.cert}`,
      `--tls-client-key-file=${certificates.client.key}`,
    ]
    const rules = `*.allowed.test,localhost,127.0.0.1:${port}`
    await using exporter = await exporterAllowing(rules, ...own, ...clientCertificate)
    server.on('secureConnection', (socket) => {
      shown.push(socket.getPeerCertificate())
      answers(() => resp.simple('OK'))(socket, 1)
    })
    lead('127.0.0.1')

    expect((await exporter.polled(`rediss://a.allowed.test:${port}`)).body).toContain(
      'err="tls: the TLS handshake failed (ERR_TLS_CERT_ALTNAME_INVALID)"',
    )
    await exporter.polled(`rediss://localhost:${port}`)
    await close()

    expect([...new Set(names)]).toEqual(['a.allowed.test', 'localhost'])
    // Nobody shows a certificate of ours to whoever a stranger names.
    expect(shown.length).toBeGreaterThan(0)
    expect(shown.filter((one) => Object.keys(one).length > 0)).toEqual([])
  })

  it('is not followed when it leads elsewhere by the next connection', async () => {
    await using names = await startNameServer('127.0.0.2')
    await using exporter = await exporterAllowing('*.allowed.test,127.0.0.2')
    vi.spyOn(dns, 'lookup').mockImplementation(names.lookup)
    const target = `a.allowed.test:${redis.port}`
    expect((await exporter.polled(target)).body).toContain('\nredis_up 1\n')

    names.leadTo('127.0.0.1')
    await redis.client().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')

    await eventually(async () => expect((await exporter.scrape(target)).body).toContain(forbidden))
  })
})
