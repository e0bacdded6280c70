import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { Agent, request } from 'node:http'
import { afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { encodeBody } from '../../src/metrics/encoded-body.ts'
import type { ServedSnapshot } from '../../src/poller/snapshot-store.ts'
import { eventually } from '../support/eventually.ts'
import { longComment } from '../support/long-comment.ts'
import { type RawClient, rawClient } from '../support/raw-client.ts'
import { type ServedExporter, serveExporter } from '../support/served-exporter.ts'

const question = 'GET /metrics HTTP/1.1\r\nHost: test\r\n\r\n'
// The last line of a response.
const end = /exporter_http_requests_total counter\n$/
// Far beyond what a test takes: whoever waits for it has not stopped by himself.
const long = 60_000

let served: ServedSnapshot
let exporter: ServedExporter
let scrapes: number

beforeAll(async () => {
  const body = await encodeBody(longComment())
  served = { revision: '1', bodies: [body] }
})
beforeEach(async () => {
  scrapes = 0
  const serve = () => {
    scrapes += 1
    return served
  }
  exporter = await serveExporter({ store: { serve } })
})
afterEach(() => exporter.stop(0))

/** A client that has asked and does not read the answer. */
async function slowReader(): Promise<RawClient> {
  const before = scrapes
  const client = await rawClient(exporter.port)
  client.socket.pause()
  client.write(question)
  await eventually(() => expect(scrapes).toBe(before + 1))
  return client
}

async function connects(): Promise<boolean> {
  using client = await rawClient(exporter.port)
  return client.ended() !== 'ECONNREFUSED'
}

test('nothing listens any more after the stop', async () => {
  expect(await connects()).toBe(true)

  await exporter.stop(long)

  expect(await connects()).toBe(false)
})

test('connections kept for a next question are closed at once', async () => {
  using agent = keepAliveAgent()
  await ask(agent)
  using silent = await rawClient(exporter.port)

  await exporter.stop(long)

  await eventually(() => expect(silent.ended()).toBe('close'))
  expect(Object.keys(agent.freeSockets)).toEqual([])
})

test('a response under way is delivered to its end', async () => {
  using client = await slowReader()

  const stopped = exporter.stop(long)
  client.socket.resume()
  await stopped

  await eventually(() => expect(client.received()).toMatch(end))
  await eventually(() => expect(client.ended()).toBe('close'))
})

test('no new connection is made while a response is under way', async () => {
  using client = await slowReader()

  const stopped = exporter.stop(long)

  await eventually(async () => expect(await connects()).toBe(false))
  client.socket.resume()
  await stopped
})

test('a question that comes late on a busy connection is answered, as the last one', async () => {
  using client = await slowReader()
  const stopped = exporter.stop(long)
  const come = vi.fn()
  subscribe('http.server.request.start', come)
  client.write(question)
  await eventually(() => expect(come).toHaveBeenCalledOnce())
  unsubscribe('http.server.request.start', come)
  // Its answer is made when the one before has gone out.
  expect(scrapes).toBe(1)

  client.socket.resume()
  await stopped

  await eventually(() => expect(client.ended()).toBe('close'))
  const [, first, second] = client.received().split('HTTP/1.1 200 OK\r\n')
  expect(first).toContain('\r\nConnection: keep-alive\r\n')
  expect(second).toMatch(/^Connection: close\r\n/)
  expect(second).toMatch(/_http_requests_total\{path="\/metrics",code="200"\} 1\n$/)
})

test('a client that never reads is cut off when the grace period is over', async () => {
  using client = await slowReader()
  const start = performance.now()

  await exporter.stop(300)

  expect(performance.now() - start).toBeGreaterThanOrEqual(295)
  client.socket.resume()
  await eventually(() => expect(client.ended()).toBeDefined())
  expect(client.received()).not.toMatch(end)
})

test('without any connection the stop takes no time', async () => {
  const start = performance.now()

  await exporter.stop(long)

  expect(performance.now() - start).toBeLessThan(2_000)
})

test('a port in use is an error that names it so', async () => {
  await expect(serveExporter({ port: exporter.port })).rejects.toMatchObject({
    code: 'EADDRINUSE',
  })
})

function keepAliveAgent(): Agent & Disposable {
  const agent = new Agent({ keepAlive: true })
  return Object.assign(agent, { [Symbol.dispose]: () => agent.destroy() })
}

async function ask(agent: Agent): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port: exporter.port, path: '/none', agent })
    asking.on('response', (response) => response.resume().on('end', resolve))
    asking.on('error', reject)
    asking.end()
  })
}
