import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { serveExporter } from '../support/served-exporter.ts'

test('no response tells what serves it, and none is taken for what it is not', async () => {
  await using exporter = await serveExporter()

  for (const path of ['/', '/metrics', '/healthz', '/targets', '/nowhere']) {
    const { headers } = await exporter.request(path)
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff' })
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; /)
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
