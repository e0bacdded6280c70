import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { longComment } from '../support/long-comment.ts'
import { rawClient } from '../support/raw-client.ts'
import { serveExporter } from '../support/served-exporter.ts'
import { serverOf } from '../support/server-of.ts'

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
  const long = longComment()

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
