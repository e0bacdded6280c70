import type { Server } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { longComment } from '../support/long-comment.ts'
import { type RawClient, rawClient } from '../support/raw-client.ts'
import { type ServedExporter, serveExporter } from '../support/served-exporter.ts'
import { serverOf } from '../support/server-of.ts'

function connectionCount(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })
}

describe('one connection too many', () => {
  let exporter: ServedExporter
  let clients: RawClient[]

  beforeEach(async () => {
    clients = []
    const long = longComment()
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

test('where descriptors run short, clients give way at once', async () => {
  await using other = await serveExporter({ limits: { descriptors: () => 1 } })
  using first = await rawClient(other.port)
  using second = await rawClient(other.port)

  await eventually(() => expect(first.ended()).toBeDefined())
  second.write('GET /none HTTP/1.1\r\nHost: test\r\n\r\n')
  await eventually(() => expect(second.received()).toContain('Not found'))
})
