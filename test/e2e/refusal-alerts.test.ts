import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { expressionOf } from '../support/monitoring-rules.ts'
import { type Prometheus, startPrometheus } from '../support/prometheus.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

const password = 'tr0ub4dor'
const errors = expressionOf('RedisCollectorFailed')
const failing = expressionOf('RedisCollectorFails')
const restarts = expressionOf('RedisRestarted')

let redis: RedisServer
let exporter: Exporter
let prometheus: Prometheus

// May do all but look into the slow log, from the start.
beforeAll(async () => {
  redis = await startRedis({
    args: ['--user', 'watcher', 'on', `>${password}`, '+@all', '-slowlog', '~*'],
  })
  exporter = await startExporter({
    env: {
      REDIS_URL: `redis://watcher:${password}@127.0.0.1:${redis.port}`,
      POLL_INTERVAL: '1',
      SCAN_INTERVAL: '2',
    },
  })
  prometheus = await startPrometheus([{ job: 'redis', address: `127.0.0.1:${exporter.port}` }])
})

afterAll(async () => {
  await prometheus?.[Symbol.asyncDispose]()
  await exporter?.stop()
  await redis?.stop()
})

describe('in Prometheus', () => {
  it('a refusal that was there from the start raises the alert on errors', async () => {
    await fires(errors, 'slowlog')
    await fires(failing, 'slowlog')
  })

  it('every other collector has its counts at 0, and no alert', async () => {
    const zero = await prometheus.query('redis_exporter_collector_errors_total{reason="noperm"}')
    const counts = new Map(zero.map(({ labels, value }) => [labels.collector, value]))

    expect(counts.get('config')).toBe(0)
    expect(await collectorsOf(errors)).toEqual(['slowlog'])
  })

  it('a refusal that comes later raises it too', async () => {
    await redis.client().acl('SETUSER', 'watcher', '-config')

    await fires(errors, 'config')
    await fires(failing, 'config')
  })

  it('rights that are granted end it, without a restart', async () => {
    await redis.client().acl('SETUSER', 'watcher', '+config', '+slowlog')

    await eventually(async () => expect(await prometheus.query(failing)).toEqual([]), {
      within: 30_000,
      every: 200,
    })
    await eventually(async () =>
      expect(await prometheus.query('redis_slowlog_length')).toHaveLength(1),
    )
  })

  it('no restart is seen where there was none', async () => {
    expect(
      await prometheus.query('count_over_time(redis_start_time_seconds[10m]) > 5'),
    ).toHaveLength(1)
    expect(await prometheus.query(restarts)).toEqual([])
  })

  it('a restart is seen', async () => {
    await redis.kill()
    await redis.restart()

    await eventually(async () => expect(await prometheus.query(restarts)).toHaveLength(1), {
      within: 30_000,
      every: 200,
    })
  })
})

async function collectorsOf(promql: string): Promise<readonly (string | undefined)[]> {
  const found = await prometheus.query(promql)
  return [...new Set(found.map(({ labels }) => labels.collector))]
}

async function fires(promql: string, collector: string): Promise<void> {
  await eventually(async () => expect(await collectorsOf(promql)).toContain(collector), {
    within: 30_000,
    every: 200,
  })
}
