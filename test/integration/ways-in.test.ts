import dns, { type LookupAddress } from 'node:dns'
import { readFileSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { trackSockets } from '../support/listening-sockets.ts'
import { startNameServer } from '../support/name-server.ts'
import { type OnDemandExporter, onDemandExporter } from '../support/on-demand-exporter.ts'
import { answers } from '../support/peer-behaviours.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { resp } from '../support/resp.ts'
import { type ScriptedPeer, startPeer } from '../support/scripted-peer.ts'
import { tlsCertificates } from '../support/tls-certificates.ts'
import { startTrap, type Trap } from '../support/trap.ts'

// What somebody may try who can ask for targets and is not trusted. The trap listens on every address
// of this machine, and everything is allowed but what nobody means: whoever connects there got in.

// A busy machine may need more than the second that would be the deadline of a poll.
const poll = ['--poll.interval=1s', '--poll.timeout=30s', '--poll.max-age=1m']
// It may take longer than ten seconds to ask for hundreds.
const seldom = ['--poll.interval=1h', '--poll.max-age=2h']
// Of the servers that are configured, and of nobody else.
const logins = ['--redis.user=boss', '--redis.password=hunter2', '--discover=cluster']
const everything = '*.allowed.test,0.0.0.0/0,[::]/0'

let trap: Trap
let redis: RedisServer
let exporter: OnDemandExporter

beforeAll(async () => {
  ;[trap, redis] = await Promise.all([
    startTrap(),
    startRedis({ args: ['--bind', '127.0.0.2', '127.0.0.1'] }),
  ])
})
afterAll(() => Promise.all([trap[Symbol.asyncDispose](), redis.stop()]))

afterEach(() => {
  vi.restoreAllMocks()
  expect(trap.connections()).toBe(0)
})

/** A server that everybody may ask for. */
const open = () => `127.0.0.2:${redis.port}`

const start = (rules: string, ...more: readonly string[]) =>
  onDemandExporter(...poll, ...logins, `--scrape.allow=${rules}`, ...more)

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
    exporter = await start(`${everything},${open()}`)
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
    await using exporter = await start(`${everything},127.0.0.2`)
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
    await using exporter = await start('*.allowed.test,127.0.0.2')
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
    await using exporter = await start('*.allowed.test', '--poll.timeout=900ms')
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
    await using exporter = await start(rules, ...own, ...clientCertificate)
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
    await using exporter = await start('*.allowed.test,127.0.0.2')
    vi.spyOn(dns, 'lookup').mockImplementation(names.lookup)
    const target = `a.allowed.test:${redis.port}`
    expect((await exporter.polled(target)).body).toContain('\nredis_up 1\n')

    names.leadTo('127.0.0.1')
    await redis.client().call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')

    await eventually(async () => expect((await exporter.scrape(target)).body).toContain(forbidden))
  })
})

/** A server that names the trap wherever a server may name another one. */
function liar(words: readonly string[]): string {
  const [name = '', what = ''] = words.map((word) => word.toUpperCase())
  const [host, port] = ['127.0.0.1', trap.port]
  const place = [resp.bulk(host), resp.integer(port), resp.bulk('n'.repeat(40))]
  const instance = ['name', 'mymaster', 'ip', host, 'port', `${port}`, 'flags', 'master']
  const all = resp.array([resp.array(instance.map(resp.bulk))])
  const line = `${'n'.repeat(40)} ${host}:${port}@${port} master - 0 0 1 connected 0-16383\n`
  switch (`${name} ${what}`.trim()) {
    case 'CLUSTER SLOTS':
      return resp.array([
        resp.array([resp.integer(0), resp.integer(16383), resp.array(place), resp.array(place)]),
      ])
    case 'CLUSTER NODES':
      return resp.bulk(line)
    case 'SENTINEL MASTERS':
    case 'SENTINEL SENTINELS':
    case 'SENTINEL REPLICAS':
    case 'SENTINEL SLAVES':
      return all
    case 'SENTINEL GET-MASTER-ADDR-BY-NAME':
      return resp.array([resp.bulk(host), resp.bulk(`${port}`)])
  }
  if (name !== 'INFO') return refusalOf(host, port)
  return resp.bulk(
    [
      ...['# Server', 'redis_version:7.2.0', 'run_id:of-the-liar', `redis_mode:${mode}`],
      ...['# Replication', 'role:slave', `master_host:${host}`, `master_port:${port}`],
      ...['master_link_status:up', 'connected_slaves:1'],
      ...[`slave0:ip=${host},port=${port},state=online,offset=1,lag=0`],
      ...['# Cluster', `cluster_enabled:${mode === 'cluster' ? 1 : 0}`],
      ...['# Sentinel', 'sentinel_masters:1'],
      `master0:name=mymaster,status=ok,address=${host}:${port},slaves=1,sentinels=2`,
      ...['# Keyspace', 'db0:keys=1,expires=0,avg_ttl=0', ''],
    ].join('\r\n'),
  )
}

let mode = ''
let refusalOf: (host: string, port: number) => string

const walks = ['--check-keys=*', '--check-single-keys=a', '--scan.interval=1s']

describe.each(['standalone', 'cluster', 'sentinel'])('a server (%s)', (redisMode) => {
  let peer: ScriptedPeer
  let commands: string[]

  beforeAll(async () => {
    peer = await startPeer(
      answers((words) => {
        commands.push(words.join(' '))
        return liar(words)
      }),
    )
  })
  afterAll(() => peer[Symbol.asyncDispose]())

  it.each(['MOVED', 'ASK'])(
    'that answers %s leads nowhere else, and sees no login',
    async (word) => {
      mode = redisMode
      commands = []
      refusalOf = (host, port) => resp.error(`${word} 1 ${host}:${port}`)
      await using exporter = await start(`127.0.0.1:${peer.port}`, ...walks)
      const target = `127.0.0.1:${peer.port}`
      for (let polls = 0; polls < 3; polls += 1) await exporter.polled(target)

      expect((await exporter.scrape(target)).body).toContain('\nredis_up 1\n')
      expect(exporter.states().map(({ address }) => address)).toEqual([`redis://${target}`])
      expect(commands.length).toBeGreaterThan(3)
      expect(commands.filter((command) => /^(AUTH|HELLO)\b|hunter2|boss/i.test(command))).toEqual(
        [],
      )
      expect(await exporter.request('/sd').then(({ body }) => body)).not.toContain(target)
    },
  )
})

describe('several hundred targets', () => {
  it('are as many as are allowed, and the others are told so', async () => {
    const port = await freePort()
    await using exporter = await start(`127.3.0.0/16:${port}`, '--scrape.max-targets=20', ...seldom)
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
    await using exporter = await start(open(), ...seldom)
    for (const spelling of ['', 'redis://', 'REDIS://', 'valkey://', 'tcp://'])
      for (const database of ['', '/', '/0', '/15', '?db=3'])
        await exporter.scrape(`${spelling}${open()}${database}`)

    expect(exporter.states().map(({ address }) => address)).toEqual([`redis://${open()}`])
  })
})

describe('a password that a rule names', () => {
  it('goes to whom the rule is for, and to nobody else', async () => {
    const sent: string[] = []
    await using peer = await startPeer(
      answers((words) => {
        sent.push(words.join(' '))
        return resp.simple('OK')
      }),
    )
    const rules = `127.0.0.1:${peer.port}=watcher@/run/secrets/a,${open()}`
    await using exporter = await start(rules)
    await exporter.polled(`127.0.0.1:${peer.port}`)
    const { body } = await exporter.polled(open())

    expect(sent[0]).toBe('AUTH watcher of /run/secrets/a')
    expect(body).toContain('\nredis_up 1\n')
    expect(JSON.stringify(exporter.lines)).not.toContain('of /run')
  })

  it.each([
    ['in plain text where it is for TLS alone', 'redis', 0],
    ['at another port', 'rediss', 1],
  ])('is not sent %s', async (_how, scheme, further) => {
    await using peer = await startPeer(answers(() => resp.simple('OK')))
    const login = 'watcher@/run/secrets/a'
    await using exporter = await start(`rediss://127.0.0.1:${peer.port}=${login},${open()}`)
    const { status } = await exporter.scrape(`${scheme}://127.0.0.1:${peer.port + further}`)

    expect(status).toBe(403)
    expect(exporter.states()).toEqual([])
    expect(peer.connections()).toBe(0)
  })
})
