import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { tlsFile } from '../support/opened-port.ts'
import { upResult } from '../support/poll-results.ts'
import { type ProtectedPort, protectedPort } from '../support/protected-port.ts'
import { serveExporter } from '../support/served-exporter.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { type KeyPair, type TlsCertificates, tlsCertificates } from '../support/tls-certificates.ts'

let folder: TemporaryDirectory
let certificates: TlsCertificates
let others: TlsCertificates
beforeAll(async () => {
  folder = await temporaryDirectory()
  certificates = await tlsCertificates()
  others = await tlsCertificates()
})
afterAll(async () => {
  for (const one of [folder, certificates, others]) await one?.[Symbol.asyncDispose]()
})

let files = 0

/** A port whose `tls_server_config` can be written anew, and what clients get there. */
async function serve(lines: readonly string[]) {
  files += 1
  const file = join(folder.path, `${files}.yml`)
  const write = (settings: readonly string[]) =>
    writeFile(file, tlsFile(certificates.server, settings))
  await write(lines)
  const protection: ProtectedPort = await protectedPort([`--web.config.file=${file}`])
  const exporter = await serveExporter({ protection })
  await exporter.poll(upResult())
  return {
    ask: (options: ConnectionOptions) => ask({ port: exporter.port, ...options }),
    async change(settings: readonly string[]) {
      await write(settings)
      expect(await protection.port.reload()).toEqual([])
    },
    async [Symbol.asyncDispose]() {
      await exporter.stop(0)
      protection[Symbol.dispose]()
    },
  }
}

interface Answer {
  readonly text: string
  readonly session: Buffer | undefined
  readonly isResumed: boolean
}

/** Asks once, and keeps the session for another time. */
async function ask(options: ConnectionOptions): Promise<Answer> {
  const socket: TLSSocket = connect({ host: '127.0.0.1', rejectUnauthorized: false, ...options })
  let text = ''
  let session: Buffer | undefined
  socket.on('session', (one: Buffer) => {
    session = one
  })
  socket.on('data', (chunk) => {
    text += chunk
  })
  socket.on('error', () => {})
  let isResumed = false
  socket.on('secureConnect', () => {
    isResumed = socket.isSessionReused()
    socket.write('GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  })
  await new Promise((resolve) => socket.once('close', resolve))
  return { text: text.slice(0, 15), session, isResumed }
}

const shown = (pair: KeyPair) => ({
  cert: readFileSync(pair.cert),
  key: readFileSync(pair.key),
})
const served = 'HTTP/1.1 200 OK'

describe.each(['TLSv1.2', 'TLSv1.3'] as const)('a session of %s', (maxVersion) => {
  const required = (ca: string, ...more: string[]) => [
    'client_auth_type: RequireAndVerifyClientCert',
    `client_ca_file: ${ca}`,
    ...more,
  ]

  test('is resumed by a client that had a good certificate, with its names', async () => {
    await using port = await serve(required(certificates.ca, 'client_allowed_sans: [localhost]'))
    const client = { maxVersion, ...shown(certificates.server) }
    const { session, text } = await port.ask(client)
    expect(text).toBe(served)

    expect(await port.ask({ ...client, session })).toMatchObject({ text: served, isResumed: true })
  })

  test('from before certificates were asked for lets nobody in without one', async () => {
    await using port = await serve([])
    const { session, text } = await port.ask({ maxVersion })
    expect(text).toBe(served)
    await port.change(required(certificates.ca))

    expect((await port.ask({ maxVersion, session })).text).toBe('')
  })

  test('from before another authority counts lets nobody in of the former one', async () => {
    await using port = await serve(required(certificates.ca))
    const client = { maxVersion, ...shown(certificates.client) }
    const { session, text } = await port.ask(client)
    expect(text).toBe(served)
    await port.change(required(others.ca))

    expect((await port.ask({ ...client, session })).text).toBe('')
    expect((await port.ask({ maxVersion, session })).text).toBe('')
  })

  test('from before names were asked for lets nobody in without one of them', async () => {
    await using port = await serve(required(certificates.ca))
    const client = { maxVersion, ...shown(certificates.client) }
    const { session, text } = await port.ask(client)
    expect(text).toBe(served)
    await port.change(required(certificates.ca, 'client_allowed_sans: [localhost]'))

    expect((await port.ask({ ...client, session })).text).toBe('')
  })

  test('lives on where the files were read anew and are the same', async () => {
    const lines = required(certificates.ca)
    await using port = await serve(lines)
    const client = { maxVersion, ...shown(certificates.client) }
    const { session } = await port.ask(client)
    await port.change(lines)

    expect(await port.ask({ ...client, session })).toMatchObject({ text: served, isResumed: true })
  })
})

test('a client that speaks another protocol alone gets no answer', async () => {
  await using port = await serve([])

  expect((await port.ask({ ALPNProtocols: ['h2'] })).text).toBe('')
  expect((await port.ask({ ALPNProtocols: ['h2', 'http/1.1'] })).text).toBe(served)
  expect((await port.ask({ servername: `${'a'.repeat(60)}.`.repeat(4) })).text).toBe(served)
})
