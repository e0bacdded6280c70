import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Server } from 'node:http'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { rawClient } from '../support/raw-client.ts'
import { type ServedExporter, serveExporter } from '../support/served-exporter.ts'

let exporter: ServedExporter
let server: Server

beforeEach(async () => {
  exporter = await serveExporter()
  server = await serverOf(exporter)
})
afterEach(() => exporter.stop(0))

/** The server behind an exporter, as Node.js itself tells of it. */
async function serverOf({ request }: ServedExporter): Promise<Server> {
  const servers: Server[] = []
  const note = (message: unknown) => void servers.push((message as { server: Server }).server)
  subscribe('http.server.request.start', note)
  await request('/healthz')
  unsubscribe('http.server.request.start', note)
  const [server] = servers
  if (server === undefined) throw new Error('Node.js told of no request')
  return server
}

function connectionCount(): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })
}

test.each([
  ['the headers of a request', 'headersTimeout', 10_000],
  ['a whole request', 'requestTimeout', 15_000],
  ['the next request', 'keepAliveTimeout', 65_000],
  ['any sign of life', 'timeout', 75_000],
] as const)('a client has a limited time for %s', (_name, limit, milliseconds) => {
  expect(server[limit]).toBe(milliseconds)
})

describe('a client is cut off', () => {
  // The tests set their own short times; how often the server looks, once a second, stays.
  test.each([
    ['sends nothing', ''],
    ['stops in the middle of a header', 'GET /metrics HTTP/1.1\r\nHost: te'],
  ])('that %s', async (_name, sent) => {
    server.headersTimeout = 100
    using client = await rawClient(exporter.port)

    client.write(sent)

    await eventually(() => expect(client.ended()).toBe('close'))
    expect(client.received()).toMatch(/^HTTP\/1.1 408 Request Timeout\r\nConnection: close/)
  })

  test('that never sends the body that it announced', async () => {
    server.requestTimeout = 100
    server.headersTimeout = 100
    using client = await rawClient(exporter.port)

    client.write('POST /metrics HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n1')

    await eventually(() => expect(client.ended()).toBeDefined())
  })

  test('that has no further question', async () => {
    server.keepAliveTimeout = 100
    using client = await rawClient(exporter.port)

    client.write('GET /none HTTP/1.1\r\nHost: test\r\n\r\n')

    await eventually(() => expect(client.ended()).toBe('close'))
    expect(client.received()).toMatch(/^HTTP\/1.1 404 /)
  })

  test('that does not read its response', async () => {
    // More than the buffers of both ends of a connection hold.
    await exporter.tellOfSelf('# nothing but a comment\n'.repeat(1_000_000))
    server.timeout = 200
    using client = await rawClient(exporter.port)
    client.socket.pause()

    client.write('GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n')
    await eventually(async () => expect(await connectionCount()).toBe(0))

    client.socket.resume()
    await eventually(() => expect(client.ended()).toBeDefined())
    expect(client.received()).not.toContain('redis_exporter_http_requests_total')
  })
})

describe('connections', () => {
  test('are bounded; one too many is closed without an answer', async () => {
    await eventually(async () => expect(await connectionCount()).toBe(0))
    const clients = await Promise.all(Array.from({ length: 512 }, () => rawClient(exporter.port)))
    using onTop = await rawClient(exporter.port)
    onTop.write('GET /none HTTP/1.1\r\nHost: test\r\n\r\n')

    await eventually(() => expect(onTop.ended()).toBeDefined())

    expect(onTop.received()).toBe('')
    expect(clients.filter((client) => client.ended() !== undefined)).toEqual([])
    for (const client of clients) client.socket.destroy()
  })

  test('are accepted again when others have gone', async () => {
    server.maxConnections = 1
    const first = await rawClient(exporter.port)
    first.socket.destroy()

    await eventually(async () => expect((await exporter.request('/none')).status).toBe(404))
  })
})

describe('a request', () => {
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
