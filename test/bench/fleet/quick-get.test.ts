import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setImmediate } from 'node:timers/promises'
import { gunzipSync, gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createQuickClient } from './quick-get.ts'

async function servedBy(listener: RequestListener) {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = createQuickClient(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return {
    client,
    [Symbol.dispose]() {
      client[Symbol.dispose]()
      server.close()
    },
  }
}

const long = 'redis_up 1\n'.repeat(50_000)

test('an answer whose length is told is read to its end, and so is the next on the same connection', async () => {
  const ports = new Set<number | undefined>()
  using served = await servedBy((request, response) => {
    ports.add(request.socket.remotePort)
    const body = gzipSync(`${request.url} ${long}`)
    response.writeHead(200, { 'Content-Length': body.length, 'Content-Encoding': 'gzip' }).end(body)
  })

  for (const path of ['/scrape?target=a', '/b']) {
    const { status, isGzip, body, milliseconds } = await served.client.get(path)

    expect({ status, isGzip }).toEqual({ status: 200, isGzip: true })
    expect(gunzipSync(body).toString()).toBe(`${path} ${long}`)
    expect(milliseconds).toBeGreaterThan(0)
  }
  expect(ports.size).toBe(1)
})

test('an answer that comes in chunks is put together', async () => {
  const parts = ['a', long, 'ends as a chunk begins\r\n0\r\n', 'z']
  using served = await servedBy(async (_, response) => {
    response.statusCode = 503
    for (const part of parts) {
      response.write(part)
      // What comes until now is read by itself.
      await setImmediate()
    }
    response.end()
  })
  const { status, isGzip, body } = await served.client.get('/')

  expect({ status, isGzip }).toEqual({ status: 503, isGzip: false })
  expect(body.toString()).toBe(parts.join(''))
})

test('an answer without an end is an error', async () => {
  using served = await servedBy((_, response) => {
    response.writeHead(200, { 'Content-Length': 100 }).write('half of it')
    response.socket?.end()
  })

  await expect(served.client.get('/')).rejects.toThrow('the connection ended before the answer did')
})
