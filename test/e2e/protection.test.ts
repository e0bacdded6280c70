import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { hashSync } from 'bcryptjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, runExporter, startExporter } from '../support/exporter.ts'
import { freePort } from '../support/free-port.ts'
import { httpRequest } from '../support/http-get.ts'
import { httpsRequest, httpsStatus } from '../support/https-get.ts'
import { rawClient } from '../support/raw-client.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { type TlsCertificates, tlsCertificates } from '../support/tls-certificates.ts'

let folder: TemporaryDirectory
let certificates: TlsCertificates
let others: TlsCertificates
beforeAll(async () => {
  folder = await temporaryDirectory()
  certificates = await tlsCertificates()
  others = await tlsCertificates()
})
afterAll(async () => {
  await folder?.[Symbol.asyncDispose]()
  await certificates?.[Symbol.asyncDispose]()
  await others?.[Symbol.asyncDispose]()
})

const redis = '--redis.addr=redis://127.0.0.1:1'
const basic = (text: string) => ({
  Authorization: `Basic ${Buffer.from(text).toString('base64')}`,
})
const usersFile = (users: Readonly<Record<string, string>>, cost = 4) =>
  `basic_auth_users:\n${Object.entries(users)
    .map(([user, password]) => `  ${user}: ${hashSync(password, cost)}\n`)
    .join('')}`

async function statusOf(exporter: Exporter, path: string, login?: string): Promise<number> {
  return (await exporter.get(path, login ? basic(login) : {})).status
}

describe.concurrent('the exporter with a file of users', () => {
  it('asks for a login, and tells probes their status alone', async () => {
    const file = join(folder.path, 'first.yml')
    await writeFile(file, usersFile({ alice: 'right' }))
    await using exporter = await startExporter({ args: [redis, `--web.config.file=${file}`] })

    expect(await statusOf(exporter, '/metrics')).toBe(401)
    expect(await statusOf(exporter, '/metrics', 'alice:right')).toBe(200)
    expect((await exporter.get('/ready')).body).not.toContain('127.0.0.1')
    expect(exporter.logs()).toContain('"login":true')
  })

  it('reads it anew when it changes, when asked by SIGHUP, and over HTTP by who may', async () => {
    const file = join(folder.path, 'changing.yml')
    await writeFile(file, usersFile({ alice: 'right' }))
    await using exporter = await startExporter({
      args: [redis, `--web.config.file=${file}`, '--web.enable-lifecycle'],
    })
    await writeFile(file, usersFile({ bob: 'right' }))
    await eventually(async () =>
      expect(await statusOf(exporter, '/metrics', 'bob:right')).toBe(200),
    )
    expect(await statusOf(exporter, '/metrics', 'alice:right')).toBe(401)
    await writeFile(file, usersFile({ carol: 'right' }))
    exporter.signal('SIGHUP')
    await eventually(async () =>
      expect(await statusOf(exporter, '/metrics', 'carol:right')).toBe(200),
    )

    await writeFile(file, 'basic_auth_users: {dave: hunter2}\n')
    await eventually(async () => {
      const { body } = await exporter.get('/metrics', basic('carol:right'))
      expect(body).toContain('\nredis_exporter_web_config_last_reload_successful 0\n')
    })
    const { body } = await exporter.get('/health', basic('carol:right'))
    expect(JSON.parse(body).sources).toMatchObject([
      { source: 'web-config', failure: expect.stringContaining('changing.yml:1: ') },
    ])
    expect(exporter.logs()).not.toContain('hunter2')
  })

  it('does not start with one that has mistakes, which are told all at once', async () => {
    const file = join(folder.path, 'wrong.yml')
    await writeFile(
      file,
      'basic_auth_users:\n  alice: hunter2\n  bob: hunter2\nrate_limit: {burst: 5}\n',
    )
    await using started = runExporter({ args: [redis, `--web.config.file=${file}`] })

    expect((await started.exited).code).toBe(2)
    const output = started.output()
    expect(output).toContain('wrong.yml:2: basic_auth_users.alice: ')
    expect(output).toContain('wrong.yml:3: basic_auth_users.bob: ')
    expect(output).toContain('wrong.yml:4: rate_limit.interval: ')
    expect(output).not.toContain('hunter2')
  })
})

it('a password as a flag is warned of once, with the variable that takes it', async () => {
  const args = [redis, '--basic-auth-username=u', '--basic-auth-password=hunter2']
  await using exporter = await startExporter({ args })
  const warnings = exporter.logs().match(/--basic-auth-password: .*/g) ?? []

  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toContain('REDIS_EXPORTER_BASIC_AUTH_PASSWORD')
  expect(exporter.logs()).not.toContain('hunter2')
})

it('a certificate that is renewed costs nobody an answer', async () => {
  const file = (name: string) => join(folder.path, name)
  const { server } = certificates
  await copyFile(server.cert, file('tls.crt'))
  await copyFile(server.key, file('tls.key'))
  await writeFile(file('tls.yml'), 'tls_server_config: {cert_file: tls.crt, key_file: tls.key}\n')
  const port = await freePort()
  await using exporter = runExporter({
    args: [redis, `--web.config.file=${file('tls.yml')}`, `--web.listen-address=127.0.0.1:${port}`],
  })
  const url = `https://localhost:${port}/metrics`
  await eventually(async () => expect(await httpsStatus(url)).toBe(200), { within: 60_000 })
  const answers = new Set<number | string>()
  let isOver = false
  const scraping = (async () => {
    while (!isOver) {
      answers.add(await httpsStatus(url))
      await delay(5)
    }
  })()
  await copyFile(others.server.cert, file('tls.crt'))
  await exporter.waitForLine('is not accepted')
  expect(await httpsStatus(url, { ca: certificates.ca })).toBe(200)
  await copyFile(others.server.key, file('tls.key'))
  await eventually(async () => expect(await httpsStatus(url, { ca: others.ca })).toBe(200))
  isOver = true
  await scraping

  expect([...answers]).toEqual([200])
  expect(await readFile(file('tls.crt'), 'utf8')).toBe(await readFile(others.server.cert, 'utf8'))
})

it('a certificate is swapped by POST /-/reload at once, by who may log in and is no page of another site', async () => {
  const file = (name: string) => join(folder.path, name)
  const write = ({ server }: TlsCertificates) =>
    Promise.all([
      copyFile(server.cert, file('reload.crt')),
      copyFile(server.key, file('reload.key')),
    ])
  const tls = 'tls_server_config: {cert_file: reload.crt, key_file: reload.key}\n'
  await write(certificates)
  await writeFile(file('reload.yml'), `${tls}${usersFile({ alice: 'right' })}`)
  const port = await freePort()
  await using _exporter = runExporter({
    args: [
      ...[redis, `--web.config.file=${file('reload.yml')}`, '--web.enable-lifecycle'],
      `--web.listen-address=127.0.0.1:${port}`,
    ],
  })
  const url = `https://localhost:${port}`
  const login = basic('alice:right')
  await eventually(async () => expect(await httpsStatus(`${url}/healthz`)).toBe(200), {
    within: 60_000,
  })
  const reload = (headers: Readonly<Record<string, string>>, method = 'POST') =>
    httpsStatus(`${url}/-/reload`, { method, headers })

  expect(await reload({})).toBe(401)
  expect(await reload(basic('alice:wrong'))).toBe(401)
  expect(await reload({ ...login, 'Sec-Fetch-Site': 'cross-site' })).toBe(403)
  expect(await reload({ ...login, Origin: 'https://evil.example' })).toBe(403)
  expect(await reload({ ...login, 'Content-Type': 'text/plain' })).toBe(415)
  expect(await reload(login, 'GET')).toBe(405)
  const status = (ca: string) => httpsStatus(`${url}/metrics`, { ca, headers: login })
  expect(await status(certificates.ca)).toBe(200)
  await write(others)
  expect(await reload(login)).toBe(200)
  expect(await status(others.ca)).toBe(200)
  expect(await status(certificates.ca)).not.toBe(200)
  await writeFile(file('reload.key'), 'hunter2')
  expect(await reload(login)).toBe(500)
  expect(await status(others.ca)).toBe(200)
})

it('clients that TLS refuses are counted, and told of once a minute', async () => {
  const { server, ca, client } = certificates
  const port = await freePort()
  await using exporter = runExporter({
    args: [
      ...[redis, `--web.listen-address=127.0.0.1:${port}`, '--log-format=json'],
      ...[`--tls-server-cert-file=${server.cert}`, `--tls-server-key-file=${server.key}`],
      `--tls-server-ca-cert-file=${ca}`,
    ],
  })
  const url = `https://localhost:${port}/metrics`
  await eventually(async () => expect(await httpsStatus(url, { client })).toBe(200), {
    within: 60_000,
  })
  for (let time = 0; time < 3; time += 1) await httpsStatus(url)
  using looking = await rawClient(port)
  looking.socket.end()
  using plain = await rawClient(port)
  plain.write('GET / HTTP/1.1\r\nHost: \u001b[31mhunter2\r\n\r\n')
  await eventually(() => expect(plain.ended()).toBeDefined())

  await eventually(async () => {
    const { body } = await httpsRequest(url, { client })
    const counts = [...body.matchAll(/^redis_exporter_tls_clients_refused_total(.*)$/gm)]
    expect(counts.map(([, count]) => count).filter((count) => !count?.endsWith(' 0'))).toEqual([
      '{reason="no_certificate"} 3',
      '{reason="not_tls"} 1',
    ])
  })
  const lines = exporter
    .output()
    .split('\n')
    .filter((line) => line.includes('did not get through'))
    .map((line) => JSON.parse(line))
  expect(lines).toEqual([
    expect.objectContaining({ level: 'warn', reason: 'no_certificate', address: '127.0.0.1' }),
    expect.objectContaining({ level: 'warn', reason: 'not_tls', code: 'ERR_SSL_HTTP_REQUEST' }),
  ])
  expect(exporter.output()).not.toContain('hunter2')
  expect(exporter.output()).not.toContain('\u001b')
})

it('a flood of wrong logins delays no right one that is known', async () => {
  const file = join(folder.path, 'flood.yml')
  await writeFile(file, usersFile({ alice: 'right' }, 10))
  await using exporter = await startExporter({ args: [redis, `--web.config.file=${file}`] })
  await eventually(async () =>
    expect(await statusOf(exporter, '/metrics', 'alice:right')).toBe(200),
  )
  const codes = new Map<number, number>()
  let rights = 0
  const flood = Array.from({ length: 300 }, async (_, index) => {
    const code = await statusOf(exporter, '/metrics', `alice:wrong ${index}`)
    codes.set(code, (codes.get(code) ?? 0) + 1)
  })
  while ((codes.get(401) ?? 0) === 0) {
    expect(await statusOf(exporter, '/metrics', 'alice:right')).toBe(200)
    rights += 1
  }
  await Promise.all(flood)

  expect(rights).toBeGreaterThan(0)
  expect([...codes.keys()].sort()).toEqual([401, 429])
})

it('probes that have no certificate to show have a port of their own', async () => {
  const { server, ca, client } = certificates
  const [port, probes] = [await freePort(), await freePort()]
  await using exporter = runExporter({
    args: [
      ...[redis, `--web.listen-address=127.0.0.1:${port}`],
      ...[`--tls-server-cert-file=${server.cert}`, `--tls-server-key-file=${server.key}`],
      ...[`--tls-server-ca-cert-file=${ca}`, `--web.probe-address=127.0.0.1:${probes}`],
    ],
  })
  const probe = (path: string) => httpRequest(`http://127.0.0.1:${probes}${path}`)
  await eventually(async () => expect((await probe('/ready')).status).toBe(200), {
    within: 60_000,
  })

  expect((await probe('/healthz')).body).not.toContain('127.0.0.1')
  expect((await probe('/metrics')).status).toBe(404)
  expect(await httpsStatus(`https://localhost:${port}/metrics`, { client })).toBe(200)
  expect(await httpsStatus(`https://localhost:${port}/healthz`)).not.toBe(200)
  exporter.signal('SIGTERM')
  expect((await exporter.exited).code).toBe(0)
})
