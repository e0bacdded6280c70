import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { gunzipSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createSendChunks } from '../../src/http/send-chunks.ts'
import { createFamilyEncoder, joinFamilies } from '../../src/metrics/family-lines.ts'
import { gauge, sample } from '../../src/metrics/metric.ts'
import { eventually } from '../support/eventually.ts'
import { httpRequest } from '../support/http-get.ts'
import { type RawClient, rawClient } from '../support/raw-client.ts'
import { serveExporter } from '../support/served-exporter.ts'
import { snapshotBytes } from '../support/snapshot-bytes.ts'

const mebibyte = 1024 * 1024
// More than the buffers of both ends of a connection hold.
const chunks = Array.from({ length: 160 }, (_, index) => Buffer.alloc(mebibyte / 4, `${index}\n`))
const last = Buffer.from('the end\n')
const whole = Buffer.concat([...chunks, last])

let server: Server
let port: number
let responses: ServerResponse[]
let written: unknown[]

beforeEach(async () => {
  responses = []
  written = []
  const sendChunks = createSendChunks()
  server = createServer((_request, response) => {
    responses.push(response)
    const write = vi.spyOn(response, 'write')
    response.once('finish', () => {
      written = write.mock.calls.map(([chunk]) => chunk)
    })
    response.writeHead(200, { 'Content-Length': whole.length })
    sendChunks(response, chunks, last)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  port = (server.address() as AddressInfo).port
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

/** A client that has asked and reads nothing; returns when it has filled all buffers. */
async function stuckClient(): Promise<RawClient> {
  const before = responses.length
  const client = await rawClient(port)
  client.socket.pause()
  client.write('GET / HTTP/1.1\r\nHost: test\r\n\r\n')
  await eventually(() => expect(responses).toHaveLength(before + 1))
  let written: number | undefined
  await eventually(() => {
    const now = responses[before]?.socket?.bytesWritten
    const settled = now === written
    written = now
    expect(settled).toBe(true)
  })
  return client
}

test('a large body arrives as it is', async () => {
  const { bytes } = await httpRequest(`http://127.0.0.1:${port}/`)

  expect(bytes.equals(whole)).toBe(true)
})

test('a client that does not read is handed one step, not the whole body', async () => {
  using _client = await stuckClient()

  expect(responses[0]?.writableLength).toBeGreaterThan(0)
  expect(responses[0]?.writableLength).toBeLessThan(2 * mebibyte)
})

test('a client that begins to read late gets all of it', async () => {
  using client = await stuckClient()
  let bytes = 0
  client.socket.on('data', (chunk: Buffer) => {
    bytes += chunk.length
  })
  client.socket.resume()

  await eventually(() => expect(bytes).toBeGreaterThan(whole.length))
  expect(responses[0]?.writableFinished).toBe(true)
})

test('the chunks are handed on as they are, not as copies', async () => {
  await httpRequest(`http://127.0.0.1:${port}/`)

  expect(written).toHaveLength(chunks.length)
  expect(written.every((chunk, index) => chunk === chunks[index])).toBe(true)
})

test('a client that goes away in the middle does no harm', async () => {
  const client = await stuckClient()
  const errors: unknown[] = []
  responses[0]?.on('error', (error) => errors.push(error))
  const closed = once(responses[0] ?? server, 'close')
  // The next step is due when the client has gone.
  responses[0]?.emit('drain')
  responses[0]?.destroy()
  client.socket.destroy()
  await closed
  await nextTurn()
  await nextTurn()

  expect(errors).toEqual([])
  expect((await httpRequest(`http://127.0.0.1:${port}/`)).bytes.equals(whole)).toBe(true)
})

test('many responses at once go out by one step in a turn of the event loop', async () => {
  let turns = 0
  const count = () => {
    turns += 1
    turn = setImmediate(count)
  }
  let turn = setImmediate(count)
  // With so many the first steps alone are more than one turn's.
  const clients = await Promise.all(Array.from({ length: 40 }, () => rawClient(port)))
  const before = turns
  for (const { socket, write } of clients) {
    socket.pause()
    write('GET / HTTP/1.1\r\nHost: test\r\n\r\n')
  }
  await eventually(() => expect(clients.every(({ socket }) => socket.bytesRead > 0)).toBe(true))
  clearImmediate(turn)
  for (const { socket } of clients) socket.destroy()

  expect(turns - before).toBeGreaterThanOrEqual(clients.length)
})

test('a body of many pieces is served whole, plain and zipped', async () => {
  const metric = gauge('key_size', 'Size of a key (a test)', ['key'])
  const encoder = createFamilyEncoder('redis')
  for (let batch = 0; batch < 100; batch++)
    encoder.add(
      Array.from({ length: 1000 }, (_, index) =>
        sample(metric, index, { key: `user:${batch}:${index}:${'x'.repeat(60)}` }),
      ),
    )
  const bodies = joinFamilies([await encoder.finish()])
  const text = snapshotBytes({ bodies })
  const snapshot = { bodies, revision: '1' }
  await using exporter = await serveExporter({ store: { serve: () => snapshot }, own: '' })

  const plain = await exporter.request('/metrics')
  const zipped = await exporter.request('/metrics', { headers: { 'Accept-Encoding': 'gzip' } })

  expect(bodies.length).toBeGreaterThan(20)
  expect(plain.bytes.subarray(0, text.length).equals(text)).toBe(true)
  expect(gunzipSync(zipped.bytes).subarray(0, text.length).equals(text)).toBe(true)
})
