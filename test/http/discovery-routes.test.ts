import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { rawClient } from '../support/raw-client.ts'
import { type ServedExporter, serveExporter } from '../support/served-exporter.ts'

let exporter: ServedExporter

beforeEach(async () => {
  exporter = await serveExporter({ targetLabel: 'target', target: 'redis://a:1' })
  exporter.watch({ name: 'cache', address: 'rediss://c:2', labels: { env: 'prod' } })
})
afterEach(() => exporter.stop(0))

const groups = async (headers = {}) =>
  JSON.parse((await exporter.request('/sd', { headers })).body) as {
    targets: string[]
    labels: Record<string, string>
  }[]

test('a group for each target says how it is scraped and what it is called', async () => {
  const targets = [`127.0.0.1:${exporter.port}`]

  expect(await groups()).toEqual([
    {
      targets,
      labels: {
        env: 'prod',
        instance: 'cache',
        __metrics_path__: '/scrape',
        __param_target: 'rediss://c:2',
      },
    },
    {
      targets,
      labels: {
        instance: 'redis://a:1',
        __metrics_path__: '/scrape',
        __param_target: 'redis://a:1',
      },
    },
  ])
})

test('fails before all targets are known, so that Prometheus drops none', async () => {
  let isComplete = false
  await using starting = await serveExporter({ isComplete: () => isComplete })
  const { status, body } = await starting.request('/sd')
  expect([status, body]).toEqual([503, 'Not all targets are known yet; see /ready.\n'])

  isComplete = true
  expect((await starting.request('/sd')).status).toBe(200)
})

test('is of the type that Prometheus takes, and not to be kept', async () => {
  const { headers } = await exporter.request('/sd')

  expect(headers['content-type']).toBe('application/json; charset=utf-8')
  expect(headers['cache-control']).toBe('no-store')
  expect(headers.vary).toBe('Host')
})

describe('the exporter in it is the one that was reached', () => {
  test.each(['exporter:9121', 'exporter', 'redis-exporter.monitoring.svc:9121', '[fe80::1]:9121'])(
    'as the request names it: %s',
    async (host) => {
      expect((await groups({ Host: host })).map(({ targets }) => targets)).toEqual([[host], [host]])
    },
  )

  test('whatever a proxy or somebody else adds to the request', async () => {
    const [group] = await groups({
      Host: 'exporter:9121',
      'X-Forwarded-Host': 'evil.example',
      'X-Forwarded-Proto': 'https',
      Forwarded: 'host=evil.example',
    })

    expect(group?.targets).toEqual(['exporter:9121'])
  })

  test('by the address of the connection where the request names none', async () => {
    using client = await rawClient(exporter.port)
    client.write('GET /sd HTTP/1.0\r\n\r\n')
    await eventually(() => expect(client.ended()).toBe('close'))

    expect(client.received()).toContain(`"targets":["127.0.0.1:${exporter.port}"]`)
  })

  test('by the address in full that a request asks for', async () => {
    using client = await rawClient(exporter.port)
    client.write('GET http://by.proxy:80/sd HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n')
    await eventually(() => expect(client.ended()).toBe('close'))

    expect(client.received()).toContain('"targets":["by.proxy:80"]')
  })

  test.each(['a b', 'evil/path', 'u@h', 'h:1:2', '"', 'h:port', 'x'.repeat(300)])(
    'and never what is no host: %s',
    async (host) => {
      const { status, body } = await exporter.request('/sd', { headers: { Host: host } })

      expect(status).toBe(400)
      expect(body).not.toContain(host)
    },
  )
})

describe('the nodes of a cluster', () => {
  const get = async (nodes: readonly string[] | undefined) => {
    const clusterNodes = () => nodes?.map((address) => ({ address }))
    await using cluster = await serveExporter({ targetLabel: 'target', clusterNodes })
    return await cluster.request('/discover-cluster-nodes')
  }

  test('are one group, as with the Go exporter', async () => {
    const { status, headers, body } = await get(['redis://a:1', 'redis://b:2'])

    expect([status, headers['content-type']]).toEqual([200, 'application/json'])
    expect(JSON.parse(body)).toEqual([{ targets: ['redis://a:1', 'redis://b:2'], labels: {} }])
  })

  test('are not told before they are known', async () => {
    expect((await get([])).status).toBe(503)
  })

  test('are refused where no cluster is discovered', async () => {
    const { status, body } = await get(undefined)

    expect(status).toBe(400)
    expect(body).toBe('The discovery endpoint is only available on a redis cluster\n')
  })
})

test('without any target there is no group', async () => {
  await using none = await serveExporter({ targetLabel: 'target', target: 'only' })
  none.close()

  expect((await none.request('/sd')).body).toBe('[]\n')
})
