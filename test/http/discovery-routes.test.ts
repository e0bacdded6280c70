import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { httpsRequest } from '../support/https-get.ts'
import { downResult, upResult } from '../support/poll-results.ts'
import { protectedPort } from '../support/protected-port.ts'
import { rawClient } from '../support/raw-client.ts'
import { type ServedExporter, serveExporter } from '../support/served-exporter.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { tlsCertificates } from '../support/tls-certificates.ts'

type Groups = readonly { targets: string[]; labels: Record<string, string> }[]

let exporter: ServedExporter

beforeEach(async () => {
  const ofTopologies = 'whole 1\n'
  exporter = await serveExporter({ targetLabel: 'target', target: 'redis://a:1', ofTopologies })
  await exporter.poll(upResult())
  const cache = { name: 'cache', address: 'rediss://c:2', labels: { env: 'prod' } }
  await exporter.watch(cache).poll(downResult())
})
afterEach(() => exporter.stop(0))

const groups = async (headers = {}) =>
  JSON.parse((await exporter.request('/sd', { headers })).body) as Groups

test('a group for each target says how it is scraped and what it is called, and one is for the exporter', async () => {
  const targets = [`127.0.0.1:${exporter.port}`]

  expect(await groups()).toEqual([
    {
      targets,
      labels: {
        instance: `127.0.0.1:${exporter.port}`,
        __metrics_path__: '/metrics',
        __param_only: 'exporter',
      },
    },
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

test('what the groups lead to is all that there is, and nothing twice', async () => {
  const scraped = await Promise.all(
    (await groups()).map(async ({ labels }) => {
      const query = new URLSearchParams()
      for (const [name, value] of Object.entries(labels))
        if (name.startsWith('__param_')) query.set(name.slice('__param_'.length), value)
      return (await exporter.request(`${labels.__metrics_path__}?${query}`)).body
    }),
  )
  const linesOf = (bodies: readonly string[], name: string) =>
    bodies.flatMap((body) => body.match(new RegExp(`^${name}\\b.*$`, 'gm')) ?? [])

  expect(linesOf(scraped, 'redis_up')).toEqual(['redis_up 0', 'redis_up 1'])
  expect(linesOf(scraped, 'self')).toEqual(['self 1'])
  expect(linesOf(scraped, 'whole')).toEqual(['whole 1'])
})

test('the path of the metrics in it is the one that was configured', async () => {
  await using other = await serveExporter({ targetLabel: 'target', metricsPath: '/other' })
  const [own] = JSON.parse((await other.request('/sd')).body) as { labels: object }[]

  expect(own?.labels).toMatchObject({ __metrics_path__: '/other' })
})

test('where there is one target alone, its group leads to all, since nothing there names a target', async () => {
  await using alone = await serveExporter({ target: 'redis://a:1' })

  expect(JSON.parse((await alone.request('/sd')).body)).toEqual([
    {
      targets: [`127.0.0.1:${alone.port}`],
      labels: { instance: 'redis://a:1', __metrics_path__: '/metrics' },
    },
  ])
})

test('whoever comes over TLS is told to scrape so, and nobody else', async () => {
  await using certificates = await tlsCertificates()
  const { cert, key } = certificates.server
  using protection = await protectedPort([
    `--tls-server-cert-file=${cert}`,
    `--tls-server-key-file=${key}`,
  ])
  await using other = await serveExporter({ targetLabel: 'target', protection })
  const { body } = await httpsRequest(`https://localhost:${other.port}/sd`)
  const schemes = (all: Groups) => all.map(({ labels }) => labels.__scheme__)

  expect(schemes(JSON.parse(body) as Groups)).toEqual(['https', 'https'])
  expect(schemes(await groups())).toEqual([undefined, undefined, undefined])
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
      const all = await groups({ Host: host })

      expect(all.map(({ targets }) => targets)).toEqual([[host], [host], [host]])
      expect(all[0]?.labels.instance).toBe(host)
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

  test.each(['[fe80::1%25eth0]:9121', "a'b", 'x'.repeat(300)])(
    'by the address of the connection where nobody else reaches what the request names: %s',
    async (host) => {
      const [group] = await groups({ Host: host })

      expect(group?.targets).toEqual([`127.0.0.1:${exporter.port}`])
    },
  )

  test('without a port where the one that is named has no digit', async () => {
    const [group] = await groups({ Host: 'exporter:' })

    expect(group?.targets).toEqual(['exporter'])
  })

  test.each(['GET /sd HTTP/1.0\r\n\r\n', 'GET /sd HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n'])(
    'and nobody knows which over a Unix socket where a request names none: %j',
    async (request) => {
      await using folder = await temporaryDirectory()
      const path = join(folder.path, 'exporter.sock')
      await using _other = await serveExporter({ targetLabel: 'target', addresses: [{ path }] })
      const socket = connect(path).end(request)

      expect(await text(socket)).toMatch(
        /^HTTP\/1.1 400 .*\r\n\r\nThe request names no host by which the exporter is reached\.\n$/s,
      )
    },
  )

  test('by the address in full that a request asks for', async () => {
    using client = await rawClient(exporter.port)
    client.write('GET http://by.proxy:80/sd HTTP/1.1\r\nHost: other\r\nConnection: close\r\n\r\n')
    await eventually(() => expect(client.ended()).toBe('close'))

    expect(client.received()).toContain('"targets":["by.proxy:80"]')
  })

  test.each(['a b', 'evil/path', 'u@h', 'h:1:2', '"', 'h:port'])(
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

test('without any target there is the exporter itself', async () => {
  await using none = await serveExporter({ targetLabel: 'target', target: 'only' })
  none.close()

  const { body } = await none.request('/sd')
  expect(JSON.parse(body)).toMatchObject([{ labels: { __param_only: 'exporter' } }])
})
