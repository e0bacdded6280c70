import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { upResult } from '../support/poll-results.ts'
import { rawClient } from '../support/raw-client.ts'
import { type ServedExporter, serveExporter } from '../support/served-exporter.ts'

let exporter: ServedExporter

beforeEach(async () => {
  exporter = await serveExporter()
  await exporter.poll(upResult())
})
afterEach(() => exporter.stop(0))

const paths = ['/', '/healthz', '/health', '/ready', '/metrics', '/targets', '/sd']

test.each(paths)('%s is there', async (path) => {
  expect((await exporter.request(path)).status).toBe(200)
})

test.each(paths)('%s takes no notice of a query', async (path) => {
  expect((await exporter.request(`${path}?target=other&x[]=%20`)).status).toBe(200)
})

test.each(['/none', '/metrics/', '/Metrics', '/metricsx', '/healthz/x', '//', '/%00', '/%ff'])(
  '%s is not there, and what is there is told in plain text',
  async (path) => {
    const { status, headers, body } = await exporter.request(path)

    expect(status).toBe(404)
    expect(headers['content-type']).toMatch(/^text\/plain/)
    expect(body).toBe(
      'Not found. There is /, /healthz, /health, /ready, /metrics, /targets, /targets/<name>, /scrape, /sd, /discover-cluster-nodes.\n',
    )
  },
)

describe.each(paths)('%s', (path) => {
  test.each(['POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])(
    'refuses %s and says what is allowed',
    async (method) => {
      const { status, headers, body } = await exporter.request(path, { method })

      expect(status).toBe(405)
      expect(headers.allow).toBe('GET, HEAD')
      expect(body).toBe('Method not allowed; use GET or HEAD.\n')
    },
  )
})

test.each([...paths, '/none'])('%s tells nothing of the software that serves it', async (path) => {
  const { headers } = await exporter.request(path)

  expect(headers['x-powered-by']).toBeUndefined()
  expect(headers.server).toBeUndefined()
})

test('the metrics can be at another path', async () => {
  await using other = await serveExporter({ metricsPath: '/redis/metrics.txt' })

  expect((await other.request('/redis/metrics.txt')).headers['content-type']).toMatch(/0\.0\.4/)
  expect((await other.request('/metrics')).status).toBe(404)
})

test('the metrics can take the place of the page', async () => {
  await using other = await serveExporter({ metricsPath: '/' })

  expect((await other.request('/')).headers['content-type']).toMatch(/0\.0\.4/)
})

test('a client of HTTP/1.0 need not name a host', async () => {
  using client = await rawClient(exporter.port)

  client.write('GET /healthz HTTP/1.0\r\n\r\n')

  await eventually(() => expect(client.ended()).toBe('close'))
  expect(client.received()).toMatch(/^HTTP\/1.1 200 OK\r\n/)
})

describe('a handler that fails', () => {
  const failing = {
    serve() {
      throw new TypeError('cannot read redis://:hunter2@localhost')
    },
  }

  test('gives 500 and tells nothing of the inside', async () => {
    await using broken = await serveExporter({ store: failing })

    expect(await broken.request('/metrics')).toMatchObject({
      status: 500,
      body: 'Internal error; the log of the exporter says more.\n',
    })
  })

  test('is logged once, as an error, without its text', async () => {
    await using broken = await serveExporter({ store: failing })

    await broken.request('/metrics')

    expect(broken.lines).toMatchObject([
      { level: 'error', msg: 'a request failed', err: { type: 'TypeError' } },
    ])
    expect(JSON.stringify(broken.lines)).not.toContain('hunter2')
  })

  test('leaves the other paths as they are', async () => {
    await using broken = await serveExporter({ store: failing })

    await broken.request('/metrics')

    expect((await broken.request('/healthz')).status).toBe(200)
  })
})

describe('the request counter', () => {
  async function counted(): Promise<readonly string[]> {
    const { body } = await exporter.request('/metrics')
    return body.match(/(?<=^redis_exporter_http_requests_total).*$/gm) ?? []
  }

  test('is exact in the very next scrape', async () => {
    expect(await counted()).toEqual([])
    expect(await counted()).toEqual(['{path="/metrics",code="200"} 1'])
    expect(await counted()).toEqual(['{path="/metrics",code="200"} 2'])
  })

  test('goes by path and code', async () => {
    await exporter.request('/healthz')
    await exporter.request('/healthz?verbose')
    await exporter.request('/healthz', { method: 'POST' })
    await exporter.request('/metrics', { headers: { 'If-None-Match': '*' } })

    expect(await counted()).toEqual([
      '{path="/healthz",code="200"} 2',
      '{path="/healthz",code="405"} 1',
      '{path="/metrics",code="304"} 1',
    ])
  })

  test('cannot be made to grow by inventing paths', async () => {
    for (let count = 0; count < 50; count++) await exporter.request(`/none-${count}`)

    expect(await counted()).toEqual(['{path="other",code="404"} 50'])
  })
})
