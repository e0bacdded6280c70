import { once } from 'node:events'
import { link, lstat, open } from 'node:fs/promises'
import { request } from 'node:http'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startProgram } from '../support/child-process.ts'
import { eventually } from '../support/eventually.ts'
import { bundle } from '../support/exporter.ts'
import { httpRequest } from '../support/http-get.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const flags = ['--redis.addr=redis://127.0.0.1:1', '--web.systemd-socket']

/** Starts the exporter as systemd does for a socket unit: its own number stands in its environment. */
function activated(handedOver: readonly number[], args: readonly string[] = flags) {
  return startProgram({
    program: 'sh',
    args: ['-c', 'LISTEN_PID=$$ exec "$@"', 'sh', process.execPath, bundle, ...args],
    env: { LISTEN_FDS: `${handedOver.length}` },
    handedOver,
    stopWithin: 15_000,
  })
}

async function listening(where: { readonly port: number } | { readonly path: string }) {
  const server = createServer()
  await once(server.listen({ host: '127.0.0.1', ...where }), 'listening')
  const address = server.address()
  return { server, port: typeof address === 'object' && address ? address.port : 0 }
}

// Node.js tells of it by an undocumented name only.
function descriptorOf(server: Server): number {
  return (server as unknown as { readonly _handle: { readonly fd: number } })._handle.fd
}

function statusBySocket(socketPath: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, path: '/healthz', agent: false }, (incoming) => {
      incoming.resume()
      resolve(incoming.statusCode)
    })
    outgoing.on('error', reject).end()
  })
}

it('listens on all sockets that systemd hands over, and leaves them where they are', async () => {
  await using folder = await temporaryDirectory()
  const [path, kept] = [join(folder.path, 'a.sock'), join(folder.path, 'exporter.sock')]
  const tcp = await listening({ port: 0 })
  const unix = await listening({ path })
  // Who made a socket removes its name; this one stays.
  await link(path, kept)
  await using exporter = activated([tcp.server, unix.server].map(descriptorOf))
  // From here on it alone has them.
  tcp.server.close()
  unix.server.close()

  await eventually(
    async () =>
      expect((await httpRequest(`http://127.0.0.1:${tcp.port}/healthz`)).status).toBe(200),
    { within: 60_000 },
  )
  expect(await statusBySocket(kept)).toBe(200)
  expect(await exporter.waitForLine('listening')).toContain(
    `"places":["127.0.0.1:${tcp.port}","descriptor 4"]`,
  )
  expect(await exporter.stop()).toEqual({ code: 0, signal: null })
  expect((await lstat(kept)).isSocket()).toBe(true)
})

it('does not start on what is no socket', async () => {
  await using file = await open('/dev/null')
  await using exporter = activated([file.fd])

  expect((await exporter.exited).code).toBe(1)
  expect(exporter.output()).toContain(
    'cannot listen on descriptor 3: EINVAL; see --web.systemd-socket',
  )
})

it('does not start where nothing is handed over', async () => {
  await using exporter = startProgram({ program: process.execPath, args: [bundle, ...flags] })

  expect((await exporter.exited).code).toBe(2)
  expect(exporter.output()).toContain('--web.systemd-socket')
})
