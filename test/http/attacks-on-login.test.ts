import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hashSync } from 'bcryptjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basic } from '../support/basic-login.ts'
import { eventually } from '../support/eventually.ts'
import { upResult } from '../support/poll-results.ts'
import { type ProtectedPort, protectedPort } from '../support/protected-port.ts'
import { rawClient } from '../support/raw-client.ts'
import { type ServedExporter, serveExporter } from '../support/served-exporter.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

// The 72 bytes that bcrypt sees.
const longest = `${'x'.repeat(70)}é`

let folder: TemporaryDirectory
let file: string
let protection: ProtectedPort
let exporter: ServedExporter
let reloads = 0

const usersFile = (users: Readonly<Record<string, string>>) =>
  `basic_auth_users:\n${Object.entries(users)
    .map(([user, password]) => `  ${user}: "${hashSync(password, 4)}"\n`)
    .join('')}`

beforeAll(async () => {
  folder = await temporaryDirectory()
  file = join(folder.path, 'web.yml')
  await writeFile(file, usersFile({ alice: 'right', long: longest }))
  protection = await protectedPort([`--web.config.file=${file}`])
  exporter = await serveExporter({
    protection,
    reload: async () => {
      reloads += 1
      return []
    },
  })
  await exporter.poll(upResult())
})
afterAll(async () => {
  await exporter?.stop(0)
  protection?.[Symbol.dispose]()
  await folder?.[Symbol.asyncDispose]()
})

const right = `Authorization: ${basic('alice:right')}`
const lines = (...texts: readonly string[]) => `${texts.join('\r\n')}\r\n\r\n`
const statusOf = async (login: string) =>
  (await exporter.request('/metrics', { headers: { Authorization: basic(login) } })).status

/** All that comes for what is sent on one connection, once an answer is there or the connection is gone. */
async function answer(request: string): Promise<string> {
  using client = await rawClient(exporter.port)
  client.write(request)
  await eventually(() => {
    if (client.ended() === undefined) expect(client.received()).toMatch(/^HTTP\/1\.1 [2-5]\d\d /m)
  })
  return client.received()
}

describe('nobody gets in', () => {
  const get = (...headers: readonly string[]) =>
    lines('GET /metrics HTTP/1.1', 'Host: a', ...headers)

  test.each([
    ['by a login in the address', lines('GET http://alice:right@a/metrics HTTP/1.1', 'Host: a')],
    ['by another path in a header', get('X-Original-URL: /healthz', 'X-Rewrite-URL: /healthz')],
    [
      'by what proxies say',
      get('X-Forwarded-User: alice', 'Forwarded: for=127.0.0.1;by=127.0.0.1'),
    ],
    ['by what others have of him already', get('If-None-Match: *', 'Range: bytes=0-10')],
    ['by another protocol', get('Connection: Upgrade', 'Upgrade: websocket')],
    [
      'by a newer version',
      get('Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABk'),
    ],
    ['by a body that he has yet to send', get('Expect: 100-continue', 'Content-Length: 10')],
    ['by a name that every object has', get(`Authorization: ${basic('__proto__:right')}`)],
    [
      'by a name of ten thousand characters',
      get(`Authorization: ${basic(`${'a'.repeat(7_000)}:right`)}`),
    ],
    ['by a cookie', get('Cookie: Authorization=Basic YWxpY2U6cmlnaHQ=')],
  ])('%s', async (_name, request) => {
    const text = await answer(request)

    expect(text).toMatch(/^HTTP\/1\.1 401 /)
    expect(text).toContain('\r\nCache-Control: no-store\r\n')
    expect(text).not.toContain('self 1')
  })

  test.each([
    ['by a login in two lines', get('Authorization: Basic', ` ${basic('alice:right').slice(6)}`)],
    ['by a blank behind the name', get(right.replace(':', ' :'))],
    ['by a null in the header', get(right.replace('Basic', 'Basic\0'))],
    ['by lines that end otherwise', `GET /metrics HTTP/1.1\nHost: a\n${right}\r\r\n\r\n`],
    [
      'behind the body',
      `${lines('POST /metrics HTTP/1.1', 'Host: a', 'Transfer-Encoding: chunked', 'Trailer: Authorization')}0\r\n${right}\r\n\r\n`,
    ],
    ['by what he expects', get('Expect: the-unexpected')],
    ['by a tunnel', lines('CONNECT 127.0.0.1:6379 HTTP/1.1', 'Host: a')],
    ['by the preface of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['by the first HTTP', 'GET /metrics\r\n\r\n'],
    ['without a host', lines('GET /metrics HTTP/1.1', right)],
  ])('%s, nor learns anything', async (_name, request) => {
    const text = await answer(request)

    expect(text).not.toMatch(/^HTTP\/1\.1 [23]/m)
    expect(text).not.toContain('self 1')
  })

  test.each([
    ['a coding of its own', 'Transfer-Encoding: identity'],
    ['a coding with a tab', 'Transfer-Encoding:\tchunked, identity'],
    ['a coding that is hidden', 'Transfer-Encoding: \x0bchunked'],
    ['a coding twice', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked'],
    ['a length with a sign', 'Content-Length: +5'],
    ['lengths in a list', 'Content-Length: 0, 5'],
  ])('by what is hidden behind %s', async (_name, header) => {
    const hidden = lines('GET /metrics HTTP/1.1', 'Host: a', right)
    const text = await answer(
      `${lines('POST /healthz HTTP/1.1', 'Host: a', header)}0\r\n\r\n${hidden}`,
    )

    expect(text).not.toMatch(/^HTTP\/1\.1 2/m)
    expect(text).not.toContain('self 1')
  })
})

test('no header makes a reload of what only looks', async () => {
  const headers = { Authorization: basic('alice:right'), 'X-HTTP-Method-Override': 'POST' }
  const { status } = await exporter.request('/-/reload?_method=POST', { headers })

  expect([status, reloads]).toEqual([405, 0])
})

test('what is expected of us that we do not do is counted as every request is', async () => {
  const before = exporter.answers.length
  await answer(lines('GET /nowhere HTTP/1.1', 'Host: a', right, 'Expect: the-unexpected'))

  await eventually(() => expect(exporter.answers.slice(before)).toEqual(['other 417']))
})

test('of a password as long as bcrypt sees, every byte counts', async () => {
  expect(await statusOf(`long:${longest}`)).toBe(200)
  expect(await statusOf(`long:${longest.slice(0, -1)}`)).toBe(401)
  // The second byte of its last character is another one.
  expect(await statusOf(`long:${'x'.repeat(70)}è`)).toBe(401)
})

test('what was right is wrong, and what was wrong is right, as soon as the hash is another', async () => {
  expect(await statusOf('alice:right')).toBe(200)
  expect(await statusOf('alice:next')).toBe(401)
  await writeFile(file, usersFile({ alice: 'next', long: longest }))
  expect(await protection.port.reload()).toEqual([])

  expect(await statusOf('alice:right')).toBe(401)
  expect(await statusOf('alice:next')).toBe(200)
  await writeFile(file, usersFile({ alice: 'right', long: longest }))
  expect(await protection.port.reload()).toEqual([])
  expect(await statusOf('alice:next')).toBe(401)
  expect(await statusOf('alice:right')).toBe(200)
})
