import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { sampleValue } from '../support/exposition.ts'
import { freePort } from '../support/free-port.ts'
import { readPage } from '../support/page-text.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

let open: RedisServer
let closed: RedisServer
let nobody: string

beforeAll(async () => {
  ;[open, closed] = await Promise.all([startRedis(), startRedis({ password: 'hunter2' })])
  nobody = `redis://127.0.0.1:${await freePort()}`
})
afterAll(() => Promise.all([open, closed].map((server) => server.stop())))

/** The address of the server that wants a password, with one. */
const withPassword = (password: string) => `redis://:${password}@127.0.0.1:${closed.port}`
const nameOf = ({ port }: RedisServer) => `redis://127.0.0.1:${port}`

const everySecond = { POLL_INTERVAL: '1' }

function startWith(addresses: string, ...args: readonly string[]): Promise<Exporter> {
  return startExporter({ env: { ...everySecond, REDIS_ADDR: addresses }, args })
}

/** Waits until all have a result, and gives what is served then. */
async function metricsOf(exporter: Exporter) {
  await eventually(async () => expect((await exporter.get('/ready')).status).toBe(200))
  const families = await exporter.metrics()
  return (name: string, labels: Readonly<Record<string, string>>) =>
    sampleValue(families, name, labels)
}

describe.concurrent('several addresses', () => {
  it('are watched side by side, whatever becomes of one of them', async () => {
    await using exporter = await startWith(`${open.url},${withPassword('hunter2')},${nobody}`)
    const value = await metricsOf(exporter)

    expect(value('redis_up', { target: nameOf(open) })).toBe(1)
    expect(value('redis_up', { target: nameOf(closed) })).toBe(1)
    expect(value('redis_up', { target: nobody })).toBe(0)
    expect(value('redis_memory_used_bytes', { target: nameOf(open) })).toBeGreaterThan(0)
    expect(value('redis_memory_used_bytes', { target: nobody })).toBeUndefined()
    expect(
      value('redis_exporter_last_scrape_error', {
        target: nobody,
        err: 'connection: no connection (ECONNREFUSED)',
      }),
    ).toBe(1)
    expect(value('redis_exporter_polls_total', { target: nobody, result: 'down' })).toBeGreaterThan(
      0,
    )
  })

  it('have passwords each for itself: nobody else is asked with it', async () => {
    await using exporter = await startWith(`${withPassword('hunter3')},${open.url}`)
    const value = await metricsOf(exporter)

    expect([closed, open].map((server) => value('redis_up', { target: nameOf(server) }))).toEqual([
      0, 1,
    ])
    expect(exporter.logs()).not.toMatch(/hunter/)
  })

  it('stand in the log, in /ready, in /healthz and on the page by their names', async () => {
    await using exporter = await startWith(`${open.url},${withPassword('hunter2')},${nobody}`)
    await metricsOf(exporter)
    const names = [nameOf(open), nameOf(closed), nobody]

    const sorted = [...names].sort()
    for (const path of ['/ready', '/healthz']) {
      const { targets } = JSON.parse((await exporter.get(path)).body)
      expect(targets.map(({ target }: { target: string }) => target)).toEqual(sorted)
    }
    const page = (await exporter.get('/')).body
    expect([...readPage(page).texts('li.target h3')].sort()).toEqual(sorted)
    expect(exporter.logs()).toContain(`"targets":${JSON.stringify(names)}`)
    expect(exporter.logs() + page).not.toContain('hunter2')
  })

  it('have their keys looked at, each under its name', async () => {
    await open.client().set('key', 'value')
    await using exporter = await startWith(`${open.url},${nobody}`, '--check-keys=key')
    await eventually(async () => {
      const value = await metricsOf(exporter)
      const labels = { target: nameOf(open), db: 'db0', key: 'key' }
      expect(value('redis_key_size', labels)).toBe(5)
      expect(
        value('redis_exporter_scans_total', { target: nameOf(open), result: 'complete' }),
      ).toBeGreaterThan(0)
      expect(value('redis_exporter_scans_total', { target: nobody, result: 'complete' })).toBe(0)
    })
  })

  it('are named by another label where that is wanted', async () => {
    await using exporter = await startWith(`${open.url},${nobody}`, '--target-label=instance')
    const value = await metricsOf(exporter)

    expect(value('redis_up', { instance: nameOf(open) })).toBe(1)
    expect((await exporter.get('/metrics')).body).not.toContain('target="')
  })
})

it('one address alone has no such label, though it be given twice', async () => {
  await using exporter = await startWith(`${open.url},${open.url}`)
  await metricsOf(exporter)
  const { body } = await exporter.get('/metrics')

  expect(body).toContain('\nredis_up 1\n')
  expect(body).not.toContain('target=')
})
