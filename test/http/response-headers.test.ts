import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { HttpOptions } from '../support/http-get.ts'
import { upResult } from '../support/poll-results.ts'
import { type ServedOptions, serveExporter } from '../support/served-exporter.ts'

test('no response tells what serves it, and none is taken for what it is not', async () => {
  await using exporter = await serveExporter()

  for (const path of ['/', '/metrics', '/healthz', '/targets', '/nowhere']) {
    const { headers } = await exporter.request(path)
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff' })
    expect(headers.server).toBeUndefined()
    expect(headers['x-powered-by']).toBeUndefined()
  }
})

test('the page may load its own style and nothing else, and is kept nowhere', async () => {
  await using exporter = await serveExporter()
  const { headers, body } = await exporter.request('/')
  const [, style = ''] = /<style>(.*)<\/style>/s.exec(body) ?? []
  const hash = createHash('sha256').update(style).digest('base64')

  expect(headers['content-security-policy']).toContain(`; style-src 'sha256-${hash}';`)
  expect(body).not.toMatch(/<script|style=|onload|src=/)
  expect(headers['cache-control']).toBe('no-store')
})

test('nor is one to a request that is turned away or refused', async () => {
  const current = () => ({ tls: undefined, users, headers: {} })
  const users = { kind: 'hashed', hashes: new Map() } as const
  await using exporter = await serveExporter({
    protection: { port: { current, onChange() {} }, judge: () => 'wrong', protectProbes: false },
  })

  for (const method of ['GET', 'HEAD', 'POST'])
    expect(await exporter.request('/metrics', { method })).toMatchObject({
      status: 401,
      headers: { 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' },
    })
  const large = { 'Content-Length': '5000' }
  const { status, headers } = await exporter.request('/metrics', {
    method: 'GET',
    headers: large,
    body: 'x'.repeat(5000),
  })
  expect([status, headers['x-content-type-options']]).toEqual([413, 'nosniff'])
})

describe('nobody keeps', () => {
  const users = { kind: 'hashed', hashes: new Map() } as const
  const portOf = (judge: 'wrong' | 'busy') => ({
    port: { current: () => ({ tls: undefined, users, headers: {} }), onChange() {} },
    judge: () => judge,
    protectProbes: false,
  })
  const fails = () => {
    throw new Error('hunter2')
  }

  test.each<[number, string, ServedOptions, HttpOptions]>([
    [400, '/metrics?collect[]=none', {}, {}],
    [400, '/scrape', {}, {}],
    [401, '/metrics', { protection: portOf('wrong') }, {}],
    [401, '/metrics', { protection: portOf('wrong') }, { method: 'HEAD' }],
    [403, '/-/reload', { reload: fails }, { method: 'POST', headers: { Origin: 'null' } }],
    [404, '/nowhere', {}, {}],
    [404, '/scrape?target=none', {}, {}],
    [405, '/metrics', {}, { method: 'POST' }],
    [405, '/-/reload', { reload: fails }, {}],
    [413, '/metrics', {}, { headers: { 'Content-Length': '2000' }, body: 'x'.repeat(2000) }],
    [
      415,
      '/-/reload',
      { reload: fails },
      { method: 'POST', headers: { 'Content-Type': 'text/plain' } },
    ],
    [417, '/', {}, { headers: { Expect: 'tea' } }],
    [429, '/metrics', { protection: portOf('busy') }, {}],
    [
      431,
      '/metrics',
      {},
      { headers: Object.fromEntries(Array.from({ length: 201 }, (_, i) => [`X-${i}`, '1'])) },
    ],
    [500, '/metrics', { store: { serve: fails } }, {}],
    [500, '/-/reload', { reload: fails }, { method: 'POST' }],
    [503, '/ready', {}, {}],
    [503, '/sd', { isComplete: () => false }, {}],
  ])('an answer with %i, as of %s', async (expected, path, served, asked) => {
    await using exporter = await serveExporter(served)
    const { status, headers, body } = await exporter.request(path, asked)

    expect(status).toBe(expected)
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    })
    expect(body).not.toContain('hunter2')
  })

  test.each(['/', '/ready', '/targets', '/sd', '/scrape?target=redis://localhost:6379'])(
    'what %s tells',
    async (path) => {
      await using exporter = await serveExporter()
      await exporter.poll(upResult())
      const { status, headers } = await exporter.request(path)

      expect([status, headers['cache-control']]).toEqual([200, 'no-store'])
    },
  )
})

test('HEAD of the metrics has the headers of GET', async () => {
  await using exporter = await serveExporter()
  await exporter.poll(upResult())
  const [get, head] = [
    await exporter.request('/metrics'),
    await exporter.request('/metrics', { method: 'HEAD' }),
  ]

  expect(Object.keys(head.headers).sort()).toEqual(Object.keys(get.headers).sort())
  expect(get.headers['cache-control']).toBeUndefined()
})

test('what is configured stands in the place of ours', async () => {
  const headers = { 'Content-Security-Policy': "default-src 'self'", 'X-Frame-Options': 'deny' }
  const current = () => ({ tls: undefined, users: undefined, headers })
  await using exporter = await serveExporter({
    protection: { port: { current, onChange() {} }, judge: () => 'wrong', protectProbes: false },
  })
  const { headers: received } = await exporter.request('/')

  expect(received).toMatchObject({
    'content-security-policy': "default-src 'self'",
    'x-frame-options': 'deny',
    'x-content-type-options': 'nosniff',
  })
})
