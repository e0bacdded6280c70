import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

// Everything that an address or a log could stumble over; its two words betray any part of it.
const password = 'hunter2@/#?%41:tr0ub4dor'
const betrayal = /hunter2|tr0ub4dor/

const everySecond = { POLL_INTERVAL: '1' }

type Line = Readonly<Record<string, unknown>>

describe('the log in JSON of an exporter whose Redis dies and comes back', () => {
  let redis: RedisServer
  let exporter: Exporter
  let lines: readonly Line[]

  beforeAll(async () => {
    redis = await startRedis({ password })
    exporter = await startExporter({
      args: ['--log-format=json'],
      env: { REDIS_URL: `redis://:${password}@127.0.0.1:${redis.port}`, ...everySecond },
    })
    await exporter.waitForLog('"msg":"up"')
    await polls(exporter, 'up', 2)
    await redis.kill()
    await exporter.waitForLog('"msg":"down')
    await polls(exporter, 'down', 3)
    await redis.restart()
    await exporter.waitForLog('"msg":"up again"')
    await exporter.stop()
    lines = exporter
      .logs()
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line))
  })

  afterAll(async () => {
    await exporter?.stop()
    await redis?.stop()
  })

  it('says what happened in one line each, and nothing about single polls', () => {
    expect(lines.map(({ level, msg }) => [level, msg])).toEqual([
      ['info', 'starting'],
      ['info', 'listening'],
      ['info', 'up'],
      ['warn', 'down: no connection (ECONNREFUSED)'],
      ['info', 'up again'],
      ['info', 'stopping'],
      ['info', 'stopped'],
    ])
  })

  it('begins with the version, the targets and the interval', () => {
    expect(lines[0]).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      targets: [`redis://127.0.0.1:${redis.port}`],
      interval: '1s',
    })
  })

  it('names the target, and the reason why it is down', () => {
    expect(lines[3]).toMatchObject({
      target: `redis://127.0.0.1:${redis.port}`,
      reason: 'connection',
    })
  })

  it('tells how long the target was down', () => {
    expect(lines[4]?.downSeconds).toBeGreaterThanOrEqual(1)
  })

  it('has the time of every line, in order', () => {
    const times = lines.map(({ time }) => String(time))
    expect(times.every((time) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(time))).toBe(true)
    expect(times).toEqual(times.toSorted())
  })

  it('betrays no password', () => {
    expect(exporter.logs()).not.toMatch(betrayal)
  })
})

it('the log in text says the same in lines for people', async () => {
  await using redis = await startRedis()
  await using exporter = await startExporter({ env: { REDIS_URL: redis.url } })
  await exporter.waitForLog('INFO: up')
  await exporter.stop()

  const lines = exporter.logs().trim().split('\n')

  expect(lines.map((line) => line.replace(/ \{.*\}$/, ''))).toEqual(
    ['starting', 'listening', 'up', 'stopping', 'stopped'].map((message) =>
      expect.stringMatching(new RegExp(`^\\[\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z\\] INFO: ${message}$`)),
    ),
  )
})

describe.concurrent('a wrong password', () => {
  const ways: readonly [string, (port: number) => Readonly<Record<string, string>>][] = [
    ['in the address', (port) => ({ REDIS_URL: `redis://:${password}@127.0.0.1:${port}` })],
    [
      'in the address with a user',
      (port) => ({ REDIS_URL: `redis://hunter2:${password}@127.0.0.1:${port}` }),
    ],
    [
      'on its own',
      (port) => ({ REDIS_URL: `redis://127.0.0.1:${port}`, REDIS_PASSWORD: password }),
    ],
  ]

  it.each(ways)('%s is told by reason and betrayed nowhere', async (_way, env) => {
    await using redis = await startRedis({ password: 'another' })
    await using exporter = await startExporter({
      args: ['--debug'],
      env: { ...env(redis.port), ...everySecond },
    })
    await exporter.waitForLog('down: wrong user name or password (WRONGPASS)')
    await polls(exporter, 'down', 2)

    const pages = await Promise.all(
      ['/metrics', '/ready', '/healthz', '/', '/nowhere'].map((path) => exporter.get(path)),
    )
    await exporter.stop()

    expect(pages[0]?.body).toContain(
      'redis_exporter_last_scrape_error{err="auth: wrong user name or password (WRONGPASS)"} 1',
    )
    expect(pages.map(({ body }) => body).join('')).not.toMatch(betrayal)
    expect(exporter.logs()).not.toMatch(betrayal)
    expect(exporter.logs().match(/down: /g)).toHaveLength(1)
  })
})

/** Waits until so many more polls have ended. */
async function polls(exporter: Exporter, result: 'up' | 'down', more: number): Promise<void> {
  const count = async () => {
    const { body } = await exporter.get('/metrics')
    const series = new RegExp(`^redis_exporter_polls_total\\{result="${result}"\\} (\\d+)$`, 'm')
    return Number(series.exec(body)?.[1])
  }
  const before = await count()
  await eventually(async () => expect(await count()).toBeGreaterThanOrEqual(before + more), {
    within: 30_000,
  })
}
