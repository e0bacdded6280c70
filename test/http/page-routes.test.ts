import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readPage } from '../support/page-text.ts'
import { downResult, upResult } from '../support/poll-results.ts'
import { type ServedExporter, serveExporter } from '../support/served-exporter.ts'

let exporter: ServedExporter

beforeEach(async () => {
  exporter = await serveExporter({ targetLabel: 'target' })
  await exporter.poll(upResult())
})
afterEach(() => exporter.stop(0))

const target = `/targets/${encodeURIComponent('redis://localhost:6379')}`

test.each(['/', target])('%s is HTML in UTF-8 that is kept nowhere', async (path) => {
  expect(await exporter.request(path)).toMatchObject({
    status: 200,
    headers: { 'content-type': 'text/html; charset=UTF-8', 'cache-control': 'no-store' },
  })
})

describe.each(['/', target])('%s', (path) => {
  test('comes anew with each poll, unless it shall stand still', async () => {
    expect((await exporter.request(path)).headers.refresh).toBe('15')
    expect((await exporter.request(`${path}?refresh=off`)).headers.refresh).toBeUndefined()
  })

  test('has the length and the tag of GET for HEAD, and no body', async () => {
    const get = await exporter.request(path)
    const head = await exporter.request(path, { method: 'HEAD' })

    expect(head).toMatchObject({ status: 200, bytes: Buffer.alloc(0) })
    expect(head.headers['content-length']).toBe(String(get.bytes.length))
    expect(head.headers.etag).toBe(get.headers.etag)
  })

  test('is not sent again to whoever has it', async () => {
    const { headers } = await exporter.request(path)
    const known = { 'If-None-Match': headers.etag }

    expect(await exporter.request(path, { headers: known })).toMatchObject({
      ...{ status: 304, bytes: Buffer.alloc(0) },
    })
    await exporter.poll(downResult())
    exporter.clock.advance(1_000)
    expect(await exporter.request(path, { headers: known })).toMatchObject({ status: 200 })
  })

  test('is made once a second, however many look', async () => {
    const first = (await exporter.request(path)).body
    await exporter.poll(downResult())
    exporter.clock.advance(999)
    expect((await exporter.request(path)).body).toBe(first)

    exporter.clock.advance(1)
    expect((await exporter.request(path)).body).toContain('ECONNREFUSED')
  })

  test('may not be written to', async () => {
    expect(await exporter.request(path, { method: 'POST' })).toMatchObject({
      ...{ status: 405, headers: { allow: 'GET, HEAD' } },
    })
  })
})

test('of views without end some are held: one that others pushed out is made anew', async () => {
  await exporter.request('/?q=localhost')
  for (let view = 0; view < 40; view += 1) await exporter.request(`/?q=${view}`)
  await exporter.poll(downResult())

  expect((await exporter.request('/?q=localhost')).body).toContain('ECONNREFUSED')
})

test('all pages of targets are counted as one path', async () => {
  for (const path of [target, '/targets/none', '/targets/', '/targets'])
    await exporter.request(path)
  await vi.waitFor(() => expect(exporter.answers).toHaveLength(4))

  expect(exporter.answers).toEqual([
    ...['/targets/<name> 200', '/targets/<name> 404', '/targets/<name> 404', '/targets 200'],
  ])
})

test('a path of the metrics among those of the pages is that of the metrics', async () => {
  await using other = await serveExporter({ metricsPath: '/targets/metrics' })
  const { headers } = await other.request('/targets/metrics')

  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/)
  await vi.waitFor(() => expect(other.answers).toEqual(['/targets/metrics 200']))
})

describe('the page of a target', () => {
  test.each(['redis://localhost:6379', 'localhost:6379'])('is found by %s', async (name) => {
    expect((await exporter.request(`/targets/${name}`)).status).toBe(200)
    expect((await exporter.request(`/targets/${encodeURIComponent(name)}`)).status).toBe(200)
  })

  test.each(['.', '..'])('is found that is called %s, which no path can be', async (name) => {
    exporter.watch({ name })
    const { body } = await exporter.request('/')
    const [href = ''] = readPage(body)
      .links()
      .filter((link) => link.startsWith('/targets/?'))

    expect(new URL(href, 'http://exporter').pathname).toBe('/targets/')
    expect(readPage((await exporter.request(href)).body).texts('h1')).toEqual([name])
  })

  test('that is not watched tells so, with what may be meant and the way to all of them', async () => {
    const { status, body } = await exporter.request('/targets/redis%3A%2F%2Flocalhost%3A6378')

    expect(status).toBe(404)
    expect(readPage(body).texts('main')[0]).toBe(
      'No such target is watched; did you mean redis://localhost:6379? All targets',
    )
  })

  test.each(['%', '%ff', '%00', '%3Cscript%3E', 'redis%3A%2F%2Fuser%3Asecret%40localhost'])(
    'that is called %s is none, and nothing of it is shown',
    async (name) => {
      const { status, body } = await exporter.request(`/targets/${name}`)

      expect([400, 404]).toContain(status)
      expect(body).not.toMatch(/<script|secret/)
    },
  )
})

test('one of several exporters tells where the target is that another one watches', async () => {
  const elsewhere = [{ name: 'far', address: 'redis://far:6379' }]
  const shard = { index: 0, total: 2 }
  await using sharded = await serveExporter({ shard, elsewhere, targetLabel: 'target' })

  const { status, body } = await sharded.request('/targets/far')
  expect(status).toBe(404)
  expect(body).toContain('The target is watched by shard')
})

test('before anybody looked, nothing that renders is loaded', async () => {
  const { readFileSync } = await import('node:fs')
  const { sourceImports } = await import('../support/source-imports.ts')
  const within = (file: string) => file.startsWith('src/http/pages/')
  const from = sourceImports().filter(({ file, imported }) => !within(file) && within(imported))

  const all = new Set(from.map(({ file, imported }) => `${file} ${imported}`))
  expect([...all].sort()).toEqual([
    'src/http/app.ts src/http/pages/page-source.ts',
    'src/http/page-routes.ts src/http/pages/page-source.ts',
    'src/http/page-routes.ts src/http/pages/pages.ts',
  ])
  for (const file of ['src/http/app.ts', 'src/http/page-routes.ts'])
    expect(readFileSync(file, 'utf8')).not.toMatch(/^import \{[^}]*\} from '\.\/pages\//m)
})
