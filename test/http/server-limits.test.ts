import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type RawClient, rawClient } from '../support/raw-client.ts'
import { type ServedExporter, serveExporter } from '../support/served-exporter.ts'

/** The server behind an exporter, as Node.js itself tells of it. */
async function serverOf({ port, request }: ServedExporter): Promise<Server> {
  const servers: Server[] = []
  const note = (message: unknown) => {
    const { server } = message as { server: Server }
    if ((server.address() as AddressInfo).port === port) servers.push(server)
  }
  subscribe('http.server.request.start', note)
  await request('/healthz')
  unsubscribe('http.server.request.start', note)
  const [server] = servers
  if (server === undefined) throw new Error('Node.js told of no request')
  return server
}

function connectionCount(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })
}

test.each([
  ['the headers of a request', 'headersTimeout', 10_000],
  ['a whole request', 'requestTimeout', 15_000],
  ['the next request', 'keepAliveTimeout', 65_000],
] as const)('a client has a limited time for %s', async (_name, limit, milliseconds) => {
  await using exporter = await serveExporter()
  const server = await serverOf(exporter)

  expect(server[limit]).toBe(milliseconds)
})

// What waits for a deadline waits beside others that do, each with an exporter of its own.
describe.concurrent('a client is cut off', () => {
  // The tests set their own short times; how often the server looks, once a second, stays.
  test.each([
    ['sends nothing', ''],
    ['stops in the middle of a header', 'GET /metrics HTTP/1.1\r\nHost: te'],
  ])('that %s', async (_name, sent) => {
    await using exporter = await serveExporter()
    const server = await serverOf(exporter)
    server.headersTimeout = 100
    using client = await rawClient(exporter.port)

    client.write(sent)

    await eventually(() => expect(client.ended()).toBe('close'))
    expect(client.received()).toMatch(/^HTTP\/1.1 408 Request Timeout\r\nConnection: close/)
  })

  test('that never sends the body that it announced', async () => {
    await using exporter = await serveExporter()
    const server = await serverOf(exporter)
    server.requestTimeout = 100
    server.headersTimeout = 100
    using client = await rawClient(exporter.port)

    client.write('POST /metrics HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\n1')

    await eventually(() => expect(client.ended()).toBeDefined())
  })

  test('that has no further question', async () => {
    await using exporter = await serveExporter()
    const server = await serverOf(exporter)
    server.keepAliveTimeout = 100
    using client = await rawClient(exporter.port)

    client.write('GET /none HTTP/1.1\r\nHost: test\r\n\r\n')

    await eventually(() => expect(client.ended()).toBe('close'))
    expect(client.received()).toMatch(/^HTTP\/1.1 404 /)
  })
})

describe.concurrent('a response', () => {
  const stall = 2_000
  // More than the buffers of both ends of a connection hold.
  const long = '# nothing but a comment\n'.repeat(1_000_000)

  test('that nobody reads is cut off, whatever else the client sends', async () => {
    await using exporter = await serveExporter({ own: long, limits: { stall } })
    using client = await rawClient(exporter.port)
    client.socket.pause()

    client.write('GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n')
    const more = setInterval(() => client.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n'), 100)
    await eventually(() => expect(exporter.closings).toEqual(['stalled']), { within: 30_000 })
    clearInterval(more)

    client.socket.resume()
    await eventually(() => expect(client.ended()).toBeDefined())
    expect(client.received()).not.toContain('redis_exporter_http_requests_total')
  }, 30_000)

  test('that is read slowly is not', async () => {
    await using exporter = await serveExporter({ own: long, limits: { stall } })
    using client = await rawClient(exporter.port)
    client.socket.pause()
    client.write('GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n')

    for (let time = 0; time < 2 * stall; time += 100) {
      await delay(100)
      client.socket.read(256 * 1024)
    }
    client.socket.resume()

    const hasAll = () => expect(client.received().endsWith('_requests_total counter\n')).toBe(true)
    await eventually(hasAll, { within: 40_000, every: 200 })
    expect(exporter.closings).toEqual([])
  }, 60_000)
})

describe('one connection too many', () => {
  let exporter: ServedExporter
  let clients: RawClient[]

  beforeEach(async () => {
    clients = []
    const long = '# nothing but a comment\n'.repeat(1_000_000)
    exporter = await serveExporter({ own: long, limits: { connections: 3, silence: 60_000 } })
  })
  afterEach(() => {
    for (const client of clients) client.socket.destroy()
    return exporter.stop(0)
  })

  async function silent(): Promise<RawClient> {
    const client = await rawClient(exporter.port)
    clients.push(client)
    return client
  }

  async function asked(): Promise<RawClient> {
    const client = await silent()
    client.write('GET /none HTTP/1.1\r\nHost: test\r\n\r\n')
    await eventually(() => expect(client.received()).toContain('Not found'))
    return client
  }

  async function doesNotRead(): Promise<RawClient> {
    const client = await silent()
    client.socket.pause()
    client.write('GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n')
    await eventually(() => expect(client.socket.bytesRead).toBeGreaterThan(0))
    return client
  }

  test('takes the place of the longest idle one, and is answered', async () => {
    const [first, second, third] = [await asked(), await asked(), await asked()]

    await asked()

    await eventually(() => expect(first.ended()).toBeDefined())
    expect(exporter.closings).toEqual(['idle'])
    expect([second.ended(), third.ended()]).toEqual([undefined, undefined])
  })

  test('takes the place of an idle one before that of one that may be about to ask', async () => {
    const [first, second, third] = [await silent(), await silent(), await asked()]

    await asked()

    await eventually(() => expect(third.ended()).toBeDefined())
    expect([first.ended(), second.ended()]).toEqual([undefined, undefined])
  })

  test('takes the place of one without a response before that of one with', async () => {
    const [first, second, third] = [await doesNotRead(), await doesNotRead(), await silent()]

    await asked()

    await eventually(() => expect(third.ended()).toBeDefined())
    expect([first.ended(), second.ended()]).toEqual([undefined, undefined])
  })

  test('takes the place of a busy one where all are busy', async () => {
    const busy = [await doesNotRead(), await doesNotRead(), await doesNotRead()]

    await asked()

    expect(exporter.closings).toEqual(['busy'])
    for (const client of busy) client.socket.resume()
    await eventually(() => {
      expect(busy.filter(({ ended }) => ended() !== undefined)).toHaveLength(1)
    })
  })

  test('needs no place of others when they have gone', async () => {
    for (const client of [await asked(), await silent(), await asked()]) client.socket.destroy()
    await eventually(async () => expect(await openConnections()).toBe(0))

    await asked()

    expect(exporter.closings).toEqual([])
  })

  async function openConnections(): Promise<number> {
    return await connectionCount(await serverOf(exporter))
  }
})

test('a client that has not asked in time is the first to go', async () => {
  await using other = await serveExporter({ limits: { connections: 2, silence: 0 } })
  const itsServer = await serverOf(other)
  const areConnected = (count: number) =>
    eventually(async () => expect(await connectionCount(itsServer)).toBe(count))
  await areConnected(0)
  using asking = await rawClient(other.port)
  asking.write('GET /none HTTP/1.1\r\nHost: test\r\n\r\n')
  await eventually(() => expect(asking.received()).toContain('Not found'))
  using silent = await rawClient(other.port)
  await areConnected(2)
  // It is a candidate only when there was time to hear it.
  for (let turn = 0; turn < 3; turn += 1) await nextTurn()
  using _new = await rawClient(other.port)

  await eventually(() => expect(silent.ended()).toBeDefined())
  expect(other.closings).toEqual(['silent'])
  expect(asking.ended()).toBeUndefined()
})

describe('requests in a row, whose answers nobody reads,', () => {
  const long = '# nothing but a comment\n'.repeat(1_000_000)
  const question = 'GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n'

  test('are answered one after the other', async () => {
    await using other = await serveExporter({ own: long })
    using client = await rawClient(other.port)
    client.socket.pause()
    client.write(question.repeat(3))
    await eventually(() => expect(client.socket.bytesRead).toBeGreaterThan(0))
    expect(other.answers).toEqual([])

    client.socket.resume()

    await eventually(() => expect(other.answers).toHaveLength(3), { within: 40_000, every: 200 })
  }, 60_000)

  test('end their connection, and no other, when they are too many', async () => {
    await using other = await serveExporter({ own: long, limits: { waiting: 5 } })
    using some = await rawClient(other.port)
    some.socket.pause()
    some.write(question.repeat(5))
    using more = await rawClient(other.port)
    await eventually(() => expect(some.socket.bytesRead).toBeGreaterThan(0))
    more.write(question.repeat(5))

    await eventually(() => expect(more.ended()).toBeDefined())
    expect(other.closings).toEqual(['pipelining'])
    expect(some.ended()).toBeUndefined()
    // Those that waited on a connection are forgotten with it.
    some.socket.destroy()
    expect((await other.request('/healthz')).status).toBe(200)
  })
})

test('where descriptors run short, clients give way at once', async () => {
  await using other = await serveExporter({ limits: { descriptors: () => 1 } })
  using first = await rawClient(other.port)
  using second = await rawClient(other.port)

  await eventually(() => expect(first.ended()).toBeDefined())
  second.write('GET /none HTTP/1.1\r\nHost: test\r\n\r\n')
  await eventually(() => expect(second.received()).toContain('Not found'))
})

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
