import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkExposition } from '../support/exposition.ts'
import { downResult, upResult } from '../support/poll-results.ts'
import { type ServedExporter, serveExporter } from '../support/served-exporter.ts'

let exporter: ServedExporter

const collectors = [
  { name: 'memory', metrics: [{ name: 'memory_used_bytes' }] },
  { name: 'slowlog', metrics: [{ name: 'slowlog_*' }] },
]

beforeEach(async () => {
  const own = '# TYPE self gauge\nself 1\n'
  const ofTopologies = '# TYPE whole gauge\nwhole 1\n'
  exporter = await serveExporter({ targetLabel: 'target', collectors, own, ofTopologies })
  await exporter.poll(upResult())
  const cache = exporter.watch({ name: 'cache', address: 'redis://c:1', labels: { env: 'prod' } })
  await cache.poll(downResult())
})
afterEach(() => exporter.stop(0))

const seriesOf = (body: string) => body.match(/^redis_up.*$/gm)

describe('the metrics of several targets', () => {
  test('hold all of them with their labels, then what the exporter tells of itself', async () => {
    await exporter.request('/metrics')
    const { body } = await exporter.request('/metrics')

    expect(checkExposition(body)).toEqual([])
    expect(seriesOf(body)).toEqual([
      'redis_up{target="cache",env="prod"} 0',
      'redis_up{target="redis://localhost:6379"} 1',
    ])
    expect(body).toMatch(
      /\nself 1\n# TYPE whole gauge\nwhole 1\n# HELP redis_exporter_http_requests_total .*\n.*\n.* 1\n$/,
    )
  })

  test('are the same as gzip', async () => {
    const plain = await exporter.request('/metrics')
    const zipped = await exporter.request('/metrics', { headers: { 'Accept-Encoding': 'gzip' } })
    const counted = 'redis_exporter_http_requests_total{path="/metrics",code="200"} 1\n'

    expect(zipped.headers['content-length']).toBe(String(zipped.bytes.length))
    expect(gunzipSync(zipped.bytes).toString()).toBe(`${plain.body}${counted}`)
  })

  test('have a tag that stays while nothing changes', async () => {
    const { headers } = await exporter.request('/metrics')
    const again = { headers: { 'If-None-Match': headers.etag } }

    expect((await exporter.request('/metrics', again)).status).toBe(304)
    await exporter.poll(downResult())
    exporter.clock.advance(1_000)
    expect((await exporter.request('/metrics', again)).status).toBe(200)
  })

  test('answer HEAD with the length', async () => {
    const { headers, bytes } = await exporter.request('/metrics', { method: 'HEAD' })

    expect(bytes).toHaveLength(0)
    expect(Number(headers['content-length'])).toBeGreaterThan(0)
  })
})

describe('a query', () => {
  test.each(['cache', 'redis://c:1', 'c:1'])(
    'for the target %s leaves out the others',
    async (target) => {
      const { body } = await exporter.request(`/metrics?target=${target}`)

      expect(seriesOf(body)).toEqual(['redis_up{target="cache",env="prod"} 0'])
      expect(body).toContain('\nself 1\n')
    },
  )

  test('may name several targets', async () => {
    const { body } = await exporter.request('/metrics?target=cache&target=localhost')

    expect(seriesOf(body)).toHaveLength(2)
  })

  test('for a target that is not watched is told which one was meant', async () => {
    const { status, body } = await exporter.request('/metrics?target=cachee')

    expect(status).toBe(404)
    expect(body).toBe('No such target is watched; did you mean cache?\n')
  })

  test('for a target with a password shows nothing of it', async () => {
    const { status, body } = await exporter.request('/metrics?target=redis://:hidden@c:1')

    expect(status).toBe(400)
    expect(body).not.toContain('hidden')
  })

  test('for an empty target leaves the exporter itself', async () => {
    const { body } = await exporter.request('/metrics?target=')

    expect(body).toContain('self 1\n')
    expect(body).not.toContain('redis_up')
  })

  test('for the exporter only is the same, in a form that labels can hold', async () => {
    const { body } = await exporter.request('/metrics?only=exporter')

    expect(body).toContain('self 1\n')
    expect(body).toContain('whole 1\n')
    expect(body).not.toContain('redis_up')
    expect((await exporter.request('/metrics?only=cache')).status).toBe(400)
  })

  test('for a collector leaves what it gave, the state of each target, and the exporter itself', async () => {
    const memory = await exporter.request('/metrics?collect[]=memory')
    const slowlog = await exporter.request('/metrics?collect%5B%5D=slowlog')

    expect(memory.body).toContain('\nredis_memory_used_bytes{target="redis://localhost:6379"}')
    expect(slowlog.body).not.toContain('redis_memory_used_bytes')
    for (const { body } of [memory, slowlog]) {
      expect(seriesOf(body)).toHaveLength(2)
      expect(body).toContain('\nself 1\n')
    }
  })

  test('for a collector that does not exist names the nearest and all', async () => {
    const { status, body } = await exporter.request('/metrics?collect[]=slowlgo')

    expect(status).toBe(400)
    expect(body).toBe(
      'There is no such collector in collect[]; did you mean slowlog. There is memory, slowlog.\n',
    )
  })
})

describe('what is told of whole topologies', () => {
  test.each(['', '?target=', '?target=&target='])(
    'is served to whoever narrows nothing, and beside the exporter alone: /metrics%s',
    async (query) => {
      expect((await exporter.request(`/metrics${query}`)).body).toContain('\nwhole 1\n')
    },
  )

  test.each([
    'target=cache',
    'target=&target=cache',
    'collect[]=memory',
    'target=&collect[]=memory',
  ])('is no part of ?%s, so that of several jobs of one exporter one stores it', async (query) => {
    const { status, body } = await exporter.request(`/metrics?${query}`)

    expect(status).toBe(200)
    expect(body).toContain('\nself 1\n')
    expect(body).not.toContain('whole')
  })
})

describe('of one target alone', () => {
  test('a target in the query is not looked at, as with the Go exporter', async () => {
    await using alone = await serveExporter()
    await alone.poll(upResult())

    expect((await alone.request('/metrics?target=other')).body).toContain('\nredis_up 1\n')
  })

  test.each(['redis://:hidden@c:1', 'user:hidden@localhost', 'other&target=redis://hidden@c'])(
    'the target %s in the query is refused for its user, and nothing of it is shown',
    async (target) => {
      await using alone = await serveExporter()
      await alone.poll(upResult())
      const { status, body } = await alone.request(`/metrics?target=${target}`)

      expect(status).toBe(400)
      expect(body).toMatch(/^A target is asked for without a user or a password\./)
      expect(body).not.toContain('hidden')
    },
  )

  test('a collector in the query is', async () => {
    await using alone = await serveExporter({ collectors })
    await alone.poll(upResult())
    const { body } = await alone.request('/metrics?collect[]=slowlog')

    expect(body).toContain('\nredis_up 1\n')
    expect(body).not.toContain('redis_memory_used_bytes')
    expect(body).toContain('self 1\n')
    expect(body).not.toContain('redis_own')
  })
})
