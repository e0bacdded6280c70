import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { upResult } from '../support/poll-results.ts'
import { rawClient } from '../support/raw-client.ts'
import { type ServedExporter, serveExporter } from '../support/served-exporter.ts'

let exporter: ServedExporter

beforeEach(async () => {
  exporter = await serveExporter()
  await exporter.poll(upResult())
})
afterEach(async () => {
  vi.restoreAllMocks()
  await exporter.stop(0)
})

test.each(['/metrics', '/healthz', '/health', '/ready', '/', '/none'])(
  'HEAD %s has the status and type of GET, and no body',
  async (path) => {
    const get = await exporter.request(path)
    const head = await exporter.request(path, { method: 'HEAD' })

    expect(head).toMatchObject({ status: get.status, bytes: Buffer.alloc(0) })
    expect(head.headers['content-type']).toBe(get.headers['content-type'])
  },
)

test.each(['identity', 'gzip'])(
  'HEAD /metrics gives the length of the body, as %s',
  async (coding) => {
    const headers = { 'Accept-Encoding': coding }
    // The first GET is counted, which makes the body longer; so is each HEAD, in the same line.
    await exporter.request('/metrics', { headers })
    const head = await exporter.request('/metrics', { method: 'HEAD', headers })
    const get = await exporter.request('/metrics', { headers })

    expect(head.headers['content-length']).toBe(String(get.bytes.length))
    expect(head.headers['content-encoding']).toBe(get.headers['content-encoding'])
  },
)

test('HEAD /metrics knows If-None-Match', async () => {
  const headers = { 'If-None-Match': '*' }

  expect((await exporter.request('/metrics', { method: 'HEAD', headers })).status).toBe(304)
})

test('HEAD /metrics leaves its connection to the next request', async () => {
  using client = await rawClient(exporter.port)
  client.write('HEAD /metrics HTTP/1.1\r\nHost: test\r\n\r\n')
  await eventually(() => expect(client.received()).toMatch(/^HTTP\/1.1 200 OK.*\r\n\r\n$/s))

  client.write('GET /none HTTP/1.1\r\nHost: test\r\n\r\n')

  await eventually(() => expect(client.received()).toContain('\r\n\r\nHTTP/1.1 404 Not Found\r\n'))
})

test('HEAD causes no error behind the scenes', async () => {
  const error = vi.spyOn(console, 'error').mockImplementation(() => {})

  for (const path of ['/metrics', '/healthz', '/']) await exporter.request(path, { method: 'HEAD' })

  expect(error).not.toHaveBeenCalled()
  expect(exporter.lines).toEqual([])
})
