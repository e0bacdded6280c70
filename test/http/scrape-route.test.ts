import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkExposition } from '../support/exposition.ts'
import { downResult, upResult } from '../support/poll-results.ts'
import { maximumAge, type ServedExporter, serveExporter } from '../support/served-exporter.ts'

let exporter: ServedExporter

const collectors = [
  { name: 'memory', metrics: [{ name: 'memory_used_bytes' }] },
  { name: 'slowlog', metrics: [{ name: 'slowlog_length' }] },
]

beforeEach(async () => {
  exporter = await serveExporter({ targetLabel: 'target', collectors })
  await exporter.poll(upResult())
  const cache = exporter.watch({ name: 'cache', address: 'rediss://cache.example:6380' })
  await cache.poll(downResult())
  for (const name of [
    'redis://[::1]:7000',
    'redis://[fe80::1%eth0]:7000',
    'unix:///run/redis.sock',
    'redis://Mixed.Example:6379',
  ])
    await exporter.watch({ name, labels: { env: 'prod' } }).poll(upResult())
})
afterEach(() => exporter.stop(0))

const scrape = (target: string, more = '') =>
  exporter.request(`/scrape?target=${encodeURIComponent(target)}${more}`)

describe('one target', () => {
  test('is served without the label, with what the exporter tells of it alone', async () => {
    const { status, headers, body } = await scrape('redis://localhost:6379')

    expect(status).toBe(200)
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(checkExposition(body)).toEqual([])
    expect(body).toContain('\nredis_up 1\n')
    expect(body).toContain('\nredis_memory_used_bytes 1048576\n')
    expect(body).toMatch(/\nredis_own\{of="redis:\/\/localhost:6379"\} 1\n$/)
    expect(body).not.toContain('self 1')
  })

  test('that is down is served as down, with 200', async () => {
    const { status, body } = await scrape('cache')

    expect(status).toBe(200)
    expect(body).toContain('\nredis_up 0\n')
  })

  test('that has become too old is served as down', async () => {
    exporter.clock.advance(maximumAge + 1)

    expect((await scrape('redis://localhost:6379')).body).toContain('\nredis_up 0\n')
  })

  test('carries none of the labels that it has beside others', async () => {
    expect((await scrape('redis://[::1]:7000')).body).not.toContain('prod')
  })

  test('is compressed for whoever takes that, and tagged', async () => {
    const url = '/scrape?target=cache'
    const plain = await exporter.request(url)
    const headers = { 'Accept-Encoding': 'gzip' }
    const zipped = await exporter.request(url, { headers })
    const again = await exporter.request(url, { headers: { 'If-None-Match': plain.headers.etag } })

    expect(gunzipSync(zipped.bytes).toString()).toBe(plain.body)
    expect(again.status).toBe(304)
  })

  test('answers HEAD without a body', async () => {
    const { status, headers, bytes } = await exporter.request('/scrape?target=cache', {
      method: 'HEAD',
    })

    expect([status, bytes.length]).toEqual([200, 0])
    expect(Number(headers['content-length'])).toBeGreaterThan(0)
  })

  test('may be narrowed to what some collectors gave', async () => {
    const { body } = await scrape('redis://localhost:6379', '&collect[]=slowlog')

    expect(body).toContain('\nredis_up 1\n')
    expect(body).not.toContain('memory_used_bytes')
  })
})

describe('is found', () => {
  test.each([
    ['redis://localhost:6379', 'its address'],
    ['localhost:6379', 'host and port'],
    ['localhost', 'a host with the usual port'],
    ['LOCALHOST', 'a host in any case'],
    ['REDIS://LocalHost', 'a scheme in any case'],
    ['valkey://localhost:6379', 'another scheme for the same'],
    ['tcp://localhost', 'the scheme of the Go exporter'],
    ['redis://localhost:6379/0', 'the number of a database'],
    ['redis://localhost/3', 'the number of a database'],
    ['redis://mixed.example', 'a host that was configured in capitals'],
    ['cache', 'its name'],
    ['rediss://cache.example:6380', 'the address behind its name'],
    ['valkeys://cache.example:6380', 'another scheme with TLS'],
    ['cache.example:6380', 'host and port without a scheme, though it has TLS'],
    ['[::1]:7000', 'an IPv6 address'],
    ['[0:0:0:0:0:0:0:1]:7000', 'an IPv6 address in another spelling'],
    ['[fe80::1%eth0]:7000', 'an IPv6 address with its zone'],
    ['[FE80:0::1%eth0]:7000', 'an IPv6 address with its zone in another spelling'],
    ['unix:///run/redis.sock', 'a socket'],
  ])('by %s (%s)', async (target) => {
    expect((await scrape(target)).status).toBe(200)
    expect(exporter.refused()).toBe(0)
  })
})

describe('is refused and counted', () => {
  test.each([
    ['', "'target' parameter must be specified\n"],
    ['?target=', "'target' parameter must be specified\n"],
    ['?target', "'target' parameter must be specified\n"],
    ['?target=cache&target=localhost', 'There may be one target in a request.\n'],
    ['?target=cache&collect[]=slowlgo', /did you mean slowlog\. There is memory, slowlog\.\n$/],
  ])('with 400: %j', async (query, message) => {
    const { status, headers, body } = await exporter.request(`/scrape${query}`)

    expect(status).toBe(400)
    expect(headers['content-type']).toMatch(/^text\/plain/)
    expect(body).toMatch(message)
    expect(exporter.refused()).toBe(1)
  })

  test.each([
    [
      'redis://nowhere.example:6379',
      'No such target is watched. /targets tells of the 6 that are.\n',
    ],
    ['redis://locahost:6379', /; did you mean redis:\/\/localhost:6379\?\n$/],
    ['cachee', 'No such target is watched; did you mean cache?\n'],
    ['redis://cache.example:6380', /; did you mean rediss:\/\/cache\.example:6380\?\n$/],
    ['[fe80::7%1]:6379', 'No such target is watched. /targets tells of the 6 that are.\n'],
    ['[fe80::1%eth1]:7000', /; did you mean redis:\/\/\[fe80::1%eth0\]:7000\?\n$/],
    ['unix:///run/other', 'No such target is watched. /targets tells of the 6 that are.\n'],
    [
      `unix:///${'x'.repeat(107)}`,
      'No such target is watched. /targets tells of the 6 that are.\n',
    ],
    ['constructor', 'No such target is watched. /targets tells of the 6 that are.\n'],
    ['x'.repeat(8_000), 'No such target is watched. /targets tells of the 6 that are.\n'],
    ['<script>alert(1)</script>', 'No such target is watched. /targets tells of the 6 that are.\n'],
  ])('with 404: %s', async (target, message) => {
    const { status, body } = await scrape(target)

    expect(status).toBe(404)
    expect(body).toMatch(message)
    expect(exporter.refused()).toBe(1)
  })

  test.each([
    'redis://user:hidden@localhost:6379',
    'redis://hidden@localhost:6379',
    'redis://:hidden@localhost:6379',
    'user:hidden@localhost:6379',
    'rediss://hidden%3Ahidden@cache.example:6380',
    'hidden@cache',
    'http://hidden:x@localhost',
    'unix://hidden:x@/run/redis.sock',
  ])(
    'with 400 where it holds a user or a password, of which nothing is shown: %s',
    async (target) => {
      const { status, body } = await scrape(target)

      expect(status).toBe(400)
      expect(body).toContain('asked for without a user or a password')
      expect(body).not.toContain('hidden')
      expect(exporter.refused()).toBe(1)
    },
  )

  test.each([
    ['check-keys', 'check-keys'],
    ['check-single-keys', 'check-single-keys'],
    ['check-streams', 'check-streams'],
    ['check-single-streams', 'check-single-streams'],
    ['count-keys', 'count-keys'],
    ['tls_server_name', 'tls-server-name'],
    ['tls-server-name', 'tls-server-name'],
  ])('with 400 where %s is asked for, with where to configure it', async (parameter, flag) => {
    const { status, body } = await scrape('cache', `&${parameter}=a`)

    expect(status).toBe(400)
    expect(body).toContain(`Configure it with --${flag} for all targets`)
    expect(exporter.refused()).toBe(1)
  })
})

test('a parameter of the Go exporter without a value asks for nothing', async () => {
  expect((await scrape('cache', '&check-keys=')).status).toBe(200)
})

test.each(['', '&collect[]=memory'])(
  'a target that was not polled yet is served to nobody, with when to ask again%s',
  async (more) => {
    const late = exporter.watch({ name: 'late', address: 'redis://late:1' })
    const { status, headers, body } = await scrape('late:1', more)

    expect([status, headers['retry-after'], headers['cache-control']]).toEqual([
      503,
      '1',
      'no-store',
    ])
    expect(body).toBe('The first poll of this target has not ended yet; ask again.\n')
    expect(exporter.refused()).toBe(1)

    await late.poll(downResult())
    expect((await scrape('late:1', more)).body).toContain('\nredis_up 0\n')
  },
)

test('a target that is closed is gone with the next request, and one that comes is there', async () => {
  const late = exporter.watch({ name: 'late', address: 'redis://late:1' })
  await late.poll(upResult())
  expect((await scrape('late:1')).status).toBe(200)
  late.close()

  expect((await scrape('late:1')).status).toBe(404)
})

test('where the endpoint is switched off there is none, nor what leads there', async () => {
  await using other = await serveExporter({ targetLabel: 'target', scrapeEndpoint: false })

  expect((await other.request('/scrape?target=x')).status).toBe(404)
  expect((await other.request('/sd')).status).toBe(404)
  expect((await other.request('/targets')).status).toBe(200)
})

test('a single target is served the same way', async () => {
  await using other = await serveExporter()
  await other.poll(upResult())

  expect((await other.request('/scrape?target=localhost')).body).toContain('\nredis_up 1\n')
})
