import dns from 'node:dns'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { freePort } from '../support/free-port.ts'
import {
  everything,
  exporterAllowing,
  type GuardedServers,
  startGuardedServers,
} from '../support/guarded-servers.ts'
import type { OnDemandExporter } from '../support/on-demand-exporter.ts'
import type { Trap } from '../support/trap.ts'

// What somebody may try who can ask for targets and is not trusted. Everything is allowed but what
// nobody means.

let servers: GuardedServers
let trap: Trap
let open: GuardedServers['open']
let exporter: OnDemandExporter

beforeAll(async () => {
  servers = await startGuardedServers()
  ;({ trap, open } = servers)
})
afterAll(() => servers[Symbol.asyncDispose]())
afterEach(() => {
  vi.restoreAllMocks()
  expect(trap.connections()).toBe(0)
})

const noAddress = /^The target is none that is watched, and no address that may be asked for: /
const withUser = /^A target is asked for without a user or a password\. /
const noRule = /^No rule of --scrape\.allow allows this target/
const elsewhere =
  /^[\w-]+ is not taken from a request, since targets are polled in the background\./

/** What is asked for, T being the port of the trap, and how that is answered. */
const ways: readonly (readonly [way: string, target: string, status: number, said: RegExp])[] = [
  ['a user and a password', 'redis://user:letmein@127.0.0.1:T', 400, withUser],
  ['a password alone', ':letmein@127.0.0.1:T', 400, withUser],
  ['a user that is empty', '@127.0.0.1:T', 400, withUser],
  ['an encoded user', 'redis://us%65r:letm%65in@127.0.0.1:T', 400, withUser],
  ['an encoded @', 'redis://user:letmein%40127.0.0.1:T', 400, noAddress],
  ['an @ that is encoded twice', 'redis://user:letmein%2540127.0.0.1:T', 400, noAddress],
  ['a full-width @', 'redis://user:letmein\uff20127.0.0.1:T', 400, noAddress],
  ['an allowed host as user', 'redis://a.allowed.test@127.0.0.1:T', 400, withUser],
  ['an allowed host before a fragment', 'redis://10.0.0.1:6379#@127.0.0.1:T', 400, withUser],
  ['an allowed host before a backslash', 'redis://10.0.0.1\\@127.0.0.1:T', 400, withUser],
  ['an allowed host behind the path', 'redis://127.0.0.1:T/@a.allowed.test', 400, withUser],
  ['loopback', '127.0.0.1:T', 403, noRule],
  ['another address of loopback', '127.7.7.7:T', 403, noRule],
  ['a port beside the one that is allowed', '127.0.0.2:T', 403, noRule],
  ['loopback in two parts', '127.1:T', 400, noAddress],
  ['loopback in three parts', '127.0.1:T', 400, noAddress],
  ['a decimal address', '2130706433:T', 400, noAddress],
  ['an octal address', '0177.0.0.1:T', 400, noAddress],
  ['an octal address in one part', '017700000001:T', 400, noAddress],
  ['a hexadecimal address', '0x7f000001:T', 400, noAddress],
  ['a hexadecimal part', '0x7f.0.0.1:T', 400, noAddress],
  ['an address with a dot behind it', '127.0.0.1.:T', 403, noRule],
  ['a hexadecimal address with a dot behind it', '0x7f000001.:T', 403, noRule],
  ['the unspecified address', '0.0.0.0:T', 403, noRule],
  ['zero', '0:T', 400, noAddress],
  ['no host', ':T', 400, noAddress],
  ['a port alone', 'T', 400, noAddress],
  ['loopback of IPv6', '[::1]:T', 403, noRule],
  ['the same written out', '[0:0:0:0:0:0:0:1]:T', 403, noRule],
  ['the unspecified address of IPv6', '[::]:T', 403, noRule],
  ['a mapped address', '[::ffff:127.0.0.1]:T', 403, noRule],
  ['a mapped address in hexadecimal', '[::ffff:7f00:1]:T', 403, noRule],
  ['a mapped address written out', '[0:0:0:0:0:FFFF:127.0.0.1]:T', 403, noRule],
  ['a translated address', '[::ffff:0:127.0.0.1]:T', 403, noRule],
  ['a compatible address', '[::127.0.0.1]:T', 403, noRule],
  ['an address of NAT64', '[64:ff9b::127.0.0.1]:T', 403, noRule],
  ['an address of a local NAT64', '[64:ff9b:1::7f00:1]:T', 403, noRule],
  ['an address of 6to4', '[2002:7f00:1::1]:T', 403, noRule],
  ['an address of Teredo', '[2001:0:7f00:1::]:T', 403, noRule],
  ['an address with a zone', '[::1%lo]:T', 400, noAddress],
  ['an address with an encoded zone', '[fe80::1%25lo]:T', 400, noAddress],
  ['an address of IPv6 without brackets', '::1:T', 400, noAddress],
  ['what clouds tell machines of themselves', '169.254.169.254:80', 403, noRule],
  ['the same of IPv6', '[fd00:ec2::254]:80', 403, noRule],
  ['the same of another cloud', '100.100.100.200:80', 403, noRule],
  ['the same of Google', '[fd20:ce::254]:80', 403, noRule],
  ['the same of Oracle', '[fd00:c1::a9fe:a9fe]:80', 403, noRule],
  ['the same of Oracle, written otherwise', '[FD00:00C1:0::169.254.169.254]:80', 403, noRule],
  ['the same of Scaleway', '[fd00:42::42]:80', 403, noRule],
  ['the same of Akamai', '[fd00:a9fe:a9fe::1]:80', 403, noRule],
  ['the same of Alibaba', '[fd00:100::100:200]:80', 403, noRule],
  ['the same, mapped', '[::ffff:169.254.169.254]:80', 403, noRule],
  ['an address of the link', '169.254.7.7:T', 403, noRule],
  ['an address of the link of IPv6', '[fe80::1]:T', 403, noRule],
  ['an address for many', '224.0.0.1:T', 403, noRule],
  ['an address for all', '255.255.255.255:T', 403, noRule],
  ['the name of loopback', 'localhost:T', 403, noRule],
  ['the same in capitals', 'LOCALHOST:T', 403, noRule],
  ['the same with a dot', 'localhost.:T', 403, noRule],
  ['a name that ends differently', 'a.allowed.test.evil.test:T', 403, noRule],
  ['a name that begins differently', 'xallowed.test:T', 403, noRule],
  ['a name that is deeper', 'a.b.allowed.test:T', 403, noRule],
  ['an allowed name with a dot behind it', 'a.allowed.test.:T', 403, noRule],
  ['the digits of another script', '\uff11\uff12\uff17.0.0.1:T', 400, noAddress],
  ['digits in circles', '\u2460\u2461\u2466.0.0.1:T', 400, noAddress],
  ['the dots of another script', '127\u30020\u30020\u30021:T', 400, noAddress],
  ['a name in another script', 'l\u043ecalhost:T', 400, noAddress],
  ['a name in Punycode', 'xn--lcalhost-i6f:T', 403, noRule],
  ['a blank before it', ' 127.0.0.1:T', 400, noAddress],
  ['a blank behind an allowed one', 'a.allowed.test 127.0.0.1:T', 400, noAddress],
  ['a line break and a command', 'a.allowed.test:T\r\nFLUSHALL\r\n', 400, noAddress],
  ['a tabulator', 'a.allowed.test\t:T', 400, noAddress],
  ['a zero byte', '127.0.0.1\0.allowed.test:T', 400, noAddress],
  ['several in one', 'a.allowed.test:6379,127.0.0.1:T', 400, noAddress],
  ['several with blanks', 'a.allowed.test:6379;redis://127.0.0.1:T', 400, noAddress],
  ['port 0', 'a.allowed.test:0', 400, noAddress],
  ['port 65536', 'a.allowed.test:65536', 400, noAddress],
  ['a port of many digits', 'a.allowed.test:000000006379', 400, noAddress],
  ['a negative port', 'a.allowed.test:-1', 400, noAddress],
  ['a port with a name', 'a.allowed.test:redis', 400, noAddress],
  ['a file', 'file:///etc/passwd', 400, noAddress],
  ['a web server', 'http://127.0.0.1:T/', 400, noAddress],
  ['another scheme', 'gopher://127.0.0.1:T/_FLUSHALL', 400, noAddress],
  ['no scheme', '//127.0.0.1:T', 400, noAddress],
  ['a socket', 'unix:///run/redis.sock', 400, noAddress],
  ['a socket in capitals', 'UNIX:///run/redis.sock', 400, noAddress],
  ['a path', '/run/redis.sock', 400, noAddress],
  ['TLS to loopback', 'rediss://127.0.0.1:T', 403, noRule],
  ['a path that leads away', 'a.allowed.test:6379/../127.0.0.1:T', 400, noAddress],
  ['a query', 'a.allowed.test:6379?host=127.0.0.1&port=T', 400, noAddress],
  ['a query behind the database', 'a.allowed.test:6379?db=0&path=/run/redis.sock', 400, noAddress],
  ['a fragment', 'a.allowed.test:6379#127.0.0.1:T', 400, noAddress],
  ['a name that is too long', `${'a.'.repeat(130)}allowed.test:T`, 400, noAddress],
  ['a target that is huge', `${'a'.repeat(12_000)}.allowed.test:T`, 400, noAddress],
  ['what looks like a name of ours', '__proto__', 403, noRule],
  ['markup', '<script>alert(1)</script>', 400, noAddress],
]

describe('asking for', () => {
  beforeAll(async () => {
    exporter = await exporterAllowing(`${everything},${open()}`)
  })
  afterAll(() => exporter[Symbol.asyncDispose]())
  afterEach(() => expect(exporter.states()).toEqual([]))

  it.each(ways)('%s: %s', async (_way, target, status, said) => {
    const lookup = vi.spyOn(dns, 'lookup')
    const answer = await exporter.scrape(target.replaceAll('T', `${trap.port}`))

    expect(answer.status).toBe(status)
    expect(answer.body).toMatch(said)
    expect(answer.body).not.toMatch(/letm|script>|aaaa/)
    expect(lookup).not.toHaveBeenCalled()
  })

  it.each([
    ...['check-keys=*', 'check-single-keys=a', 'check-streams=*', 'check-single-streams=a'],
    ...['count-keys=*', 'tls_server_name=evil.test', 'tls-server-name=evil.test'],
  ])('an allowed target with %s', async (parameter) => {
    const { status, body } = await exporter.scrape(open(), `&${parameter}`)

    expect([status, body]).toEqual([400, expect.stringMatching(elsewhere)])
  })

  it.each([
    ['two targets', () => `target=${open()}&target=127.0.0.1:${trap.port}`, /one target/],
    ['two targets, the allowed one last', () => `target=127.0.0.1&target=${open()}`, /one target/],
    ['a list', () => `target[]=${open()}`, /must be specified/],
    ['another case', () => `Target=${open()}`, /must be specified/],
    ['a collector that there is none of', () => `target=${open()}&collect[]=x`, /collect\[\]/],
    ['an encoded separator', () => `target=a.allowed.test%26target=127.0.0.1`, noAddress],
  ])('%s', async (_what, query, said) => {
    const { status, body } = await exporter.request(`/scrape?${query()}`)

    expect([status, body]).toEqual([400, expect.stringMatching(said)])
  })

  it('an allowed target by another method', async () => {
    const { status } = await exporter.request(`/scrape?target=${open()}`, { method: 'POST' })

    expect(status).toBe(405)
  })

  it('an allowed target of /metrics', async () => {
    const { body } = await exporter.request(`/metrics?target=${open()}`)

    expect(body).not.toContain(open())
  })

  it('one that is not allowed, by HEAD', async () => {
    const target = `127.0.0.1:${trap.port}`
    const { status, bytes } = await exporter.request(`/scrape?target=${target}`, { method: 'HEAD' })

    expect([status, bytes.length]).toEqual([403, 0])
  })

  it('any of them shows nothing of it in the log, and fills neither log nor metrics', async () => {
    for (let times = 0; times < 300; times += 1) await exporter.scrape(`evil${times}.test`)

    expect(exporter.lines.length).toBeLessThan(20)
    expect(JSON.stringify(exporter.lines)).not.toMatch(/letm|script|hunter2/)
    expect((await exporter.metrics()).split('\n').length).toBeLessThan(15)
    expect(await exporter.metrics()).toMatch(/refusals_total\{reason="rule"\} [3-9]\d\d\n/)
  })
})

// It may take longer than ten seconds to ask for hundreds.
const seldom = ['--poll.interval=1h', '--poll.max-age=2h']

describe('several hundred targets', () => {
  it('are as many as are allowed, and the others are told so', async () => {
    const port = await freePort()
    await using exporter = await exporterAllowing(
      `127.3.0.0/16:${port}`,
      '--scrape.max-targets=20',
      ...seldom,
    )
    const asked: string[] = []
    for (let number = 1; number <= 300; number += 1) {
      const target = `127.3.${number >> 8}.${number & 255}:${port}`
      const { status, headers, body } = await exporter.scrape(target)
      asked.push(`${status} ${body.includes('--scrape.max-targets allows (20)')}`)
      expect(headers['retry-after']).toMatch(/^\d+$/)
    }

    expect(asked.filter((one) => one === '503 false')).toHaveLength(20)
    expect(asked.filter((one) => one === '503 true')).toHaveLength(280)
    expect(exporter.states()).toHaveLength(20)
    expect(await exporter.metrics()).toContain('\nredis_exporter_on_demand_targets 20\n')
    expect(await exporter.metrics()).toContain('refusals_total{reason="full"} 280\n')
  })

  it('are one in all the spellings of one address', async () => {
    await using exporter = await exporterAllowing(open(), ...seldom)
    for (const spelling of ['', 'redis://', 'REDIS://', 'valkey://', 'tcp://'])
      for (const database of ['', '/', '/0', '/15', '?db=3'])
        await exporter.scrape(`${spelling}${open()}${database}`)

    expect(exporter.states().map(({ address }) => address)).toEqual([`redis://${open()}`])
  })
})
