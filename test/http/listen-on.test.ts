import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstat, readFile, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { freePort } from '../support/free-port.ts'
import { httpRequest } from '../support/http-get.ts'
import { rawClient } from '../support/raw-client.ts'
import { serveExporter } from '../support/served-exporter.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

const host = '127.0.0.1'

async function statusBySocket(path: string): Promise<number | undefined> {
  return await new Promise((resolve, reject) => {
    const outgoing = request({ socketPath: path, path: '/healthz', agent: false }, (incoming) => {
      incoming.resume()
      resolve(incoming.statusCode)
    })
    outgoing.on('error', reject)
    outgoing.end()
  })
}

describe('an exporter that listens on several addresses', () => {
  test('serves on each of them, and counts all as one', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'exporter.sock')
    const [one, other] = [await freePort(), await freePort()]
    const addresses = [{ host, port: one }, { host, port: other }, { path }]
    await using exporter = await serveExporter({ addresses })

    expect(exporter.port).toBe(one)
    expect(exporter.places).toEqual([`${host}:${one}`, `${host}:${other}`, `unix://${path}`])
    for (const port of [one, other])
      expect((await httpRequest(`http://${host}:${port}/healthz`)).status).toBe(200)
    expect(await statusBySocket(path)).toBe(200)
    await eventually(() => expect(exporter.answers).toEqual(Array(3).fill('/healthz 200')))
  })

  test('has one bound for the connections of all', async () => {
    const [one, other] = [await freePort(), await freePort()]
    const addresses = [
      { host, port: one },
      { host, port: other },
    ]
    await using exporter = await serveExporter({
      addresses,
      limits: { connections: 1, silence: 0 },
    })
    using first = await rawClient(one)
    await eventually(async () =>
      expect((await httpRequest(`http://${host}:${other}/healthz`)).status).toBe(200),
    )

    await eventually(() => expect(first.ended()).toBeDefined())
    expect(exporter.closings).toContain('silent')
  })

  test('stops on all of them', async () => {
    const [one, other] = [await freePort(), await freePort()]
    const addresses = [
      { host, port: one },
      { host, port: other },
    ]
    const exporter = await serveExporter({ addresses })
    using idle = await rawClient(other)
    await exporter.stop(1_000)

    await eventually(() => expect(idle.ended()).toBeDefined())
    for (const port of [one, other])
      await expect(httpRequest(`http://${host}:${port}/healthz`)).rejects.toThrow('ECONNREFUSED')
  })

  test('listens on none where it cannot on one, and says on which', async () => {
    const [one, other] = [await freePort(), await freePort()]
    await using taken = await serveExporter({ port: other })
    const addresses = [
      { host, port: one },
      { host, port: taken.port },
    ]

    await expect(serveExporter({ addresses })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      place: `127.0.0.1:${other}`,
    })
    await expect(httpRequest(`http://${host}:${one}/healthz`)).rejects.toThrow('ECONNREFUSED')
  })
})

describe('a socket in the file system', () => {
  test('that a killed process left behind is listened on again', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'exporter.sock')
    const listen = `require('node:net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
    const left = spawn(process.execPath, ['-e', listen])
    await once(left, 'exit')
    expect((await lstat(path)).isSocket()).toBe(true)
    await using _exporter = await serveExporter({ addresses: [{ path }] })

    expect(await statusBySocket(path)).toBe(200)
  })

  test('that another one listens on is left to it', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'exporter.sock')
    await using _exporter = await serveExporter({ addresses: [{ path }] })

    await expect(serveExporter({ addresses: [{ path }] })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      place: `unix://${path}`,
      reason: 'another program listens there',
    })
    expect(await statusBySocket(path)).toBe(200)
  })

  test.each([
    ['its folder does not exist', 'none/x.sock'],
    ['its folder does not exist', 'none/none/x.sock'],
    ['what is there is no socket', '.'],
    ['ENOTDIR', 'file/x.sock'],
  ])('cannot be listened on, since %s: %s', async (reason, name) => {
    await using folder = await temporaryDirectory()
    await writeFile(join(folder.path, 'file'), '')
    const path = join(folder.path, name)

    await expect(serveExporter({ addresses: [{ path }] })).rejects.toMatchObject({ reason })
  })

  test('does not take the place of a file that is none', async () => {
    await using folder = await temporaryDirectory()
    const path = join(folder.path, 'exporter.sock')
    await writeFile(path, 'of somebody')

    await expect(serveExporter({ addresses: [{ path }] })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      reason: 'what is there is no socket',
    })
    expect(await readFile(path, 'utf8')).toBe('of somebody')
  })
})
