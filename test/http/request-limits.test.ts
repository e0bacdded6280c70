import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { rawClient } from '../support/raw-client.ts'
import { type ServedExporter, serveExporter } from '../support/served-exporter.ts'

describe('a request', () => {
  let exporter: ServedExporter
  beforeAll(async () => {
    exporter = await serveExporter()
  })
  afterAll(() => exporter?.stop(0))

  test.each([
    ['GET', 1_024, 200],
    ['GET', 1_025, 413],
    ['POST', 1_024, 405],
    ['POST', 1_025, 413],
    ['POST', 1_000_000, 413],
  ])('%s with a body of %i bytes is answered with %i', async (method, length, expected) => {
    using client = await rawClient(exporter.port)
    client.write(`${method} /healthz HTTP/1.1\r\nHost: test\r\nContent-Length: ${length}\r\n\r\n`)

    await eventually(() => expect(client.received()).toMatch(`HTTP/1.1 ${expected} `))
  })

  test('with a body of unknown length is refused', async () => {
    const headers = { 'Transfer-Encoding': 'chunked' }

    const { status, body } = await exporter.request('/healthz', { method: 'POST', headers })

    expect(status).toBe(413)
    expect(body).toBe('The request has a body, which is of no use here.\n')
  })

  test('with a large body ends its connection, so that the rest is never read', async () => {
    using client = await rawClient(exporter.port)

    client.write('POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 1000000\r\n\r\n')

    await eventually(() => expect(client.ended()).toBeDefined())
    expect(client.received()).toMatch(/^HTTP\/1.1 413 .*\r\nConnection: close\r\n/s)
  })

  test('with headers of more than 16 kB is refused', async () => {
    using client = await rawClient(exporter.port)

    client.write(`GET / HTTP/1.1\r\nHost: test\r\nX: ${'x'.repeat(17_000)}\r\n\r\n`)

    await eventually(() => expect(client.ended()).toBeDefined())
    expect(client.received()).toMatch(/^HTTP\/1.1 431 /)
  })

  test('that is none is refused', async () => {
    using client = await rawClient(exporter.port)

    client.write('*1\r\n$4\r\nINFO\r\n')

    await eventually(() => expect(client.ended()).toBeDefined())
    expect(client.received()).toMatch(/^HTTP\/1.1 400 /)
  })
})
