import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { runExporter, startExporter } from '../support/exporter.ts'
import { checkExposition } from '../support/exposition.ts'
import { startPrometheus } from '../support/prometheus.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

let own: RedisServer
let other: RedisServer

beforeAll(async () => {
  ;[own, other] = await Promise.all([startRedis({ password: 'hunter2' }), startRedis()])
})
afterAll(() => Promise.all([own, other].map((server) => server.stop())))

const everySecond = { POLL_INTERVAL: '1' }

const connectionsTo = async (server: RedisServer) =>
  String(await server.client().call('CLIENT', 'LIST'))
    .split('\n')
    .filter((line) => line.includes(' name=redis_exporter ')).length

describe.concurrent('an exporter that lets others be asked for', () => {
  it('watches one from the first request on, and forgets it when nobody asks', async () => {
    const env = { ...everySecond, REDIS_ADDR: own.url }
    const args = [`--scrape.allow=127.0.0.1:${other.port}`]
    await using exporter = await startExporter({ env, args })
    const address = `redis://127.0.0.1:${other.port}`
    const ask = () => exporter.get(`/scrape?target=127.0.0.1:${other.port}`)

    expect((await ask()).status).toBe(503)
    const { body } = await eventually(async () => {
      const answer = await ask()
      expect(answer.status).toBe(200)
      return answer
    })
    expect(body).toContain('\nredis_up 1\n')
    expect(checkExposition(body)).toEqual([])
    expect(JSON.parse((await exporter.get('/targets')).body)).toMatchObject([
      { source: 'addresses' },
      { name: address, state: 'up', source: 'on demand' },
    ])
    const metrics = await exporter.get('/metrics')
    expect(metrics.body).toContain('\nredis_up 1\n')
    expect(metrics.body).toContain('\nredis_exporter_on_demand_targets 1\n')
    expect(metrics.body).not.toContain(address)
    expect((await exporter.get('/sd')).body).not.toContain(address)
    expect((await exporter.get('/ready')).body).not.toContain(address)

    await eventually(
      async () => {
        expect((await exporter.get('/targets')).body).not.toContain(address)
        expect(await connectionsTo(other)).toBe(0)
      },
      { within: 120_000, every: 500 },
    )
    expect((await exporter.get('/metrics')).body).toContain(
      '\nredis_exporter_on_demand_targets 0\n',
    )
  })

  it('shows them no password of its own, and refuses what no rule allows', async () => {
    const env = { ...everySecond, REDIS_ADDR: other.url, REDIS_PASSWORD: 'hunter2' }
    const args = [`--scrape.allow=127.0.0.1:${own.port}`]
    await using exporter = await startExporter({ env, args })

    const { body } = await eventually(async () => {
      const answer = await exporter.get(`/scrape?target=127.0.0.1:${own.port}`)
      expect(answer.status).toBe(200)
      return answer
    })
    expect(body).toContain('\nredis_up 0\n')
    expect(body).toContain('err="auth: ')
    expect((await exporter.get('/scrape?target=127.0.0.1:1')).status).toBe(403)
    expect((await exporter.get('/metrics')).body).toContain(
      '\nredis_exporter_on_demand_refusals_total{reason="rule"} 1\n',
    )
    expect(exporter.logs()).not.toContain('hunter2')
  })

  it('is scraped by a Prometheus with the relabelling of the Go exporter', async () => {
    const args = [`--scrape.allow=127.0.0.1:${other.port}`]
    await using exporter = await startExporter({ env: everySecond, args })
    const asIs = {
      job_name: 'redis',
      scrape_interval: '1s',
      static_configs: [{ targets: [other.url] }],
      metrics_path: '/scrape',
      relabel_configs: [
        { source_labels: ['__address__'], target_label: '__param_target' },
        { source_labels: ['__param_target'], target_label: 'instance' },
        { target_label: '__address__', replacement: `127.0.0.1:${exporter.port}` },
      ],
    }
    await using prometheus = await startPrometheus([], { scrapeConfigs: [asIs] })

    await eventually(
      async () =>
        expect(await prometheus.query('redis_up')).toMatchObject([
          { labels: { instance: other.url, job: 'redis' }, value: 1 },
        ]),
      { within: 60_000 },
    )
    // It is the first scrape that fails, and tells nothing of a server that was not asked.
    expect(await prometheus.query('count_over_time((redis_up == 0)[5m:1s])')).toEqual([])
  })

  it('need not watch any server itself', async () => {
    const args = ['--scrape.allow=*.example.com']
    await using exporter = await startExporter({ env: everySecond, args })

    expect((await exporter.get('/ready')).status).toBe(200)
    expect((await exporter.get('/metrics')).body).not.toMatch(/^redis_up/m)
  })
})

it('does not start with rules that are none', async () => {
  await using program = runExporter({
    env: { REDIS_EXPORTER_SCRAPE_ALLOW: 'a:6379,redis://user:hunter2@b' },
  })

  expect(await program.exited).toMatchObject({ code: 2 })
  expect(program.output()).toContain('--scrape.allow')
  expect(program.output()).toContain(
    'of its rules, number 2 is none: whom to log in as stands behind the place, as in host=user@file; give ',
  )
  expect(program.output()).not.toContain('hunter2')
})
