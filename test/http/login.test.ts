import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { hashSync } from 'bcryptjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { basic } from '../support/basic-login.ts'
import { eventually } from '../support/eventually.ts'
import { upResult } from '../support/poll-results.ts'
import { type ProtectedPort, protectedPort } from '../support/protected-port.ts'
import { rawClient } from '../support/raw-client.ts'
import { type ServedExporter, serveExporter } from '../support/served-exporter.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'

let folder: TemporaryDirectory
let protection: ProtectedPort
let exporter: ServedExporter
const reloads: string[] = []

beforeAll(async () => {
  folder = await temporaryDirectory()
  const file = join(folder.path, 'web.yml')
  await writeFile(file, `basic_auth_users: {alice: "${hashSync('right', 4)}"}\n`)
  protection = await protectedPort([`--web.config.file=${file}`])
  exporter = await serveExporter({
    protection,
    reload: async () => {
      reloads.push('reload')
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

const lines = (...texts: readonly string[]) => `${texts.join('\r\n')}\r\n\r\n`

/** The codes of all answers to what is sent on one connection, and all that came. */
async function answers(request: string, count = 1): Promise<{ codes: string[]; text: string }> {
  using client = await rawClient(exporter.port)
  client.write(request)
  const codes = () =>
    [...client.received().matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, code = '']) => code)
  await eventually(() => {
    if (client.ended() === undefined) expect(codes()).toHaveLength(count)
  })
  return { codes: codes(), text: client.received() }
}

describe('without a login', () => {
  test.each([
    ...['/', '/metrics', '/metrics?target=a', '/scrape?target=a', '/sd', '/targets', '/targets/a'],
    ...['/discover-cluster-nodes', '/health', '/nowhere', '/favicon.ico', '/-/reload'],
    // Other ways to write what is open, or what is not.
    ...['//metrics', '/metrics/', '/%6detrics', '/METRICS', '/./metrics', '/healthz/../metrics'],
    ...['/healthz/', '//healthz', '/Healthz', '/%68ealthz', '/healthz;/metrics', '/ready%00'],
    ...['http://other/metrics', 'https://other/metrics', 'http://healthz/metrics', 'http://other'],
    ...['/metrics#/healthz', '/metrics?/healthz', '/__proto__'],
  ])('GET %s is turned away', async (target) => {
    const { codes, text } = await answers(lines(`GET ${target} HTTP/1.1`, 'Host: a'))

    expect(codes).toEqual(['401'])
    expect(text).toMatch(/\r\n\r\nUnauthorized\n$/)
  })

  test.each(['HEAD', 'OPTIONS', 'POST', 'PUT', 'DELETE', 'PATCH', 'PROPFIND'])(
    '%s is turned away, found or not',
    async (method) => {
      for (const target of ['/metrics', '/nowhere', '/-/reload']) {
        const { codes } = await answers(lines(`${method} ${target} HTTP/1.1`, 'Host: a'))
        expect(codes).toEqual(['401'])
      }
      expect(reloads).toEqual([])
    },
  )

  test('HEAD has no body behind its head', async () => {
    const { text } = await answers(lines('HEAD /metrics HTTP/1.1', 'Host: a'))

    expect(text).toMatch(/\r\n\r\n$/)
    expect(text).toContain('WWW-Authenticate: Basic realm="redis-exporter", charset="UTF-8"\r\n')
  })

  test.each(['/healthz', '/ready', '/healthz?verbose', 'http://other/healthz'])(
    'GET %s tells its status and no more',
    async (target) => {
      const { codes, text } = await answers(lines(`GET ${target} HTTP/1.1`, 'Host: a'))
      const [, body = ''] = text.split('\r\n\r\n')

      expect(codes).toEqual(['200'])
      expect(Object.keys(JSON.parse(body))).toEqual(['status', 'since'])
    },
  )

  test('a probe with a wrong login is no other than one without', async () => {
    const { status } = await exporter.request('/ready', {
      headers: { Authorization: basic('alice:wrong') },
    })
    expect(status).toBe(200)
  })
})

describe('with what is no login', () => {
  test.each([
    ['an empty header', 'Authorization:'],
    ['no login behind the word', 'Authorization: Basic'],
    ['malformed base64', 'Authorization: Basic !!!!'],
    ['base64 that was cut', 'Authorization: Basic YWxpY2U6cmln'],
    ['base64 for addresses', `Authorization: ${basic('alice:rig\u00ff\u00ff').replace('/', '_')}`],
    ['no colon', `Authorization: ${basic('alice')}`],
    ['an empty user', `Authorization: ${basic(':right')}`],
    ['an empty user and password', `Authorization: ${basic(':')}`],
    ['an empty password', `Authorization: ${basic('alice:')}`],
    ['a null behind the password', `Authorization: ${basic('alice:right\0')}x`],
    ['another user', `Authorization: ${basic('Alice:right')}`],
    ['a token', 'Authorization: Bearer right'],
    ['a digest', 'Authorization: Digest username="alice"'],
    ['a login for a proxy', `Proxy-Authorization: ${basic('alice:right')}`],
    [
      'two logins, of which the first is wrong',
      `Authorization: ${basic('alice:wrong')}\r\nAuthorization: ${basic('alice:right')}`,
    ],
  ])('%s is turned away', async (_name, header) => {
    const { codes } = await answers(lines('GET /metrics HTTP/1.1', 'Host: a', header))
    expect(codes).toEqual(['401'])
  })

  test('a password of a megabyte is too large for a header', async () => {
    const header = `Authorization: ${basic(`alice:${'x'.repeat(1_000_000)}`)}`
    const { codes } = await answers(lines('GET /metrics HTTP/1.1', 'Host: a', header))

    expect(codes.filter((code) => code !== '431')).toEqual([])
  })
})

describe('what is behind another request', () => {
  const right = `Authorization: ${basic('alice:right')}`

  test('is judged by itself on the same connection', async () => {
    const { codes } = await answers(
      lines('GET /metrics HTTP/1.1', 'Host: a', right) + lines('GET /metrics HTTP/1.1', 'Host: a'),
      2,
    )
    expect(codes).toEqual(['200', '401'])
  })

  test('is not smuggled by two lengths', async () => {
    const hidden = lines('GET /metrics HTTP/1.1', 'Host: a', right)
    const { text } = await answers(
      lines(
        'GET /healthz HTTP/1.1',
        'Host: a',
        'Content-Length: 0',
        `Content-Length: ${hidden.length}`,
      ) + hidden,
    )
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
    expect(text).not.toContain('self 1')
  })

  test('is not smuggled by a length beside chunks', async () => {
    const hidden = lines('GET /metrics HTTP/1.1', 'Host: a', right)
    const { text } = await answers(
      `${lines('POST /healthz HTTP/1.1', 'Host: a', 'Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n${hidden}`,
    )
    expect(text).toMatch(/^HTTP\/1\.1 400 /)
    expect(text).not.toContain('self 1')
  })
})

describe('with a login', () => {
  const headers = { Authorization: basic('alice:right') }

  test('everything is served as ever', async () => {
    expect((await exporter.request('/metrics', { headers })).body).toContain('self 1\n')
    expect((await exporter.request('/nowhere', { headers })).status).toBe(404)
    expect((await exporter.request('/metrics', { headers, method: 'POST' })).status).toBe(405)
    expect((await exporter.request('/health', { headers })).body).toContain('lastTickSecondsAgo')
    expect((await exporter.request('/-/reload', { headers, method: 'POST' })).status).toBe(200)
    expect(reloads).toEqual(['reload'])
  })

  test('the word before it may be written in any case', async () => {
    const authorization = headers.Authorization.replace('Basic', 'bAsIc')
    const { status } = await exporter.request('/metrics', { headers: { authorization } })
    expect(status).toBe(200)
  })
})

test('whoever waits for a verification is no slow reader', async () => {
  let decide = () => {}
  const decided = new Promise<'welcome'>((resolve) => {
    decide = () => resolve('welcome')
  })
  const users = { kind: 'hashed', hashes: new Map() } as const
  const current = () => ({ tls: undefined, users, headers: {} })
  await using slow = await serveExporter({
    protection: { port: { current, onChange() {} }, judge: () => decided, protectProbes: false },
    // A busy machine may take some of it to write the answer.
    limits: { stall: 1_000 },
  })
  await slow.poll(upResult())
  using client = await rawClient(slow.port)
  client.write(lines('GET /metrics HTTP/1.1', 'Host: a'))
  // Readers are looked at ten times as often.
  await delay(2_500)
  decide()
  await eventually(() => expect(client.received() || client.ended()).toBeTruthy())

  expect(client.received()).toMatch(/^HTTP\/1\.1 200 /)
  expect(slow.closings).toEqual([])
})

describe('a limit of requests', () => {
  test('turns away what is more, with or without a login, but no probe', async () => {
    const file = join(folder.path, 'limit.yml')
    const users = `basic_auth_users: {alice: "${hashSync('right', 4)}"}\n`
    await writeFile(file, `${users}rate_limit: {interval: 1h, burst: 3}\n`)
    using limited = await protectedPort([`--web.config.file=${file}`])
    await using served = await serveExporter({ protection: limited })
    await served.poll(upResult())
    const headers = { Authorization: basic('alice:right') }
    const status = async (path: string, options = {}) =>
      (await served.request(path, options)).status

    expect(await status('/metrics', { headers })).toBe(200)
    expect(await status('/metrics')).toBe(401)
    expect(await status('/nowhere', { headers })).toBe(404)
    for (const path of ['/metrics', '/nowhere', '//metrics', '/health', '/healthz/', '/%72eady']) {
      const answer = await served.request(path, { headers })
      expect(answer.status).toBe(429)
      // The hour began with the first request.
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(3_000)
      expect(Number(answer.headers['retry-after'])).toBeLessThanOrEqual(3_600)
    }
    for (const path of ['/healthz', '/ready']) expect(await status(path)).toBe(200)
    await writeFile(file, `${users}rate_limit: {interval: 0}\n`)
    await limited.port.reload()
    expect(await status('/metrics', { headers })).toBe(200)
  })
})

test('what was turned away is counted', async () => {
  const before = exporter.answers.filter((one) => one === '/metrics 401').length
  await exporter.request('/metrics')

  await eventually(() =>
    expect(exporter.answers.filter((one) => one === '/metrics 401')).toHaveLength(before + 1),
  )
})

test('the probes ask for the login where that is wanted', async () => {
  using closed = await protectedPort([
    '--basic-auth-username=u',
    '--basic-auth-password=p',
    '--web.protect-probes',
  ])
  await using served = await serveExporter({ protection: closed })

  expect((await served.request('/healthz')).status).toBe(401)
  const headers = { Authorization: basic('u:p') }
  expect((await served.request('/healthz', { headers })).body).toContain('lastTickSecondsAgo')
})
