import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { serveExporter } from '../support/served-exporter.ts'

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
