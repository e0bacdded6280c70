import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { checkExposition } from '../support/exposition.ts'
import { type Prometheus, startPrometheus } from '../support/prometheus.ts'
import { unknownWarnings } from '../support/promtool.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { runFixtureWorkload } from '../tools/fixture-workload.ts'

const sets = 1_000

let redis: RedisServer
let exporter: Exporter
let prometheus: Prometheus

beforeAll(async () => {
  redis = await startRedis()
  await runFixtureWorkload(redis)
  exporter = await startExporter({
    env: {
      REDIS_URL: redis.url,
      POLL_INTERVAL: '1',
      REDIS_EXPORTER_INCLUDE_GO_RUNTIME_METRICS: 'true',
    },
  })
  prometheus = await startPrometheus([{ job: 'redis', address: `127.0.0.1:${exporter.port}` }])
})

afterAll(async () => {
  await prometheus?.[Symbol.asyncDispose]()
  await exporter?.stop()
  await redis?.stop()
})

describe('Prometheus', () => {
  it('finds its target up', async () => {
    await inPrometheus('up{job="redis"}', 1)
  })

  it.each([
    ['redis_up', 1],
    [`redis_commands_total{cmd="set"}`, sets + 5],
    ['redis_db_keys{db="db3"}', 2],
    ['redis_db_keys_expiring{db="db11"}', 1],
    ['sum(redis_db_keys{db=~"db[0-9]+"}) - sum(redis_db_keys{db="db0"})', 4],
    ['redis_commands_latencies_usec_count{cmd="zadd"}', sets],
    ['redis_commands_latencies_usec_bucket{cmd="zadd",le="+Inf"}', sets],
    ['redis_latency_percentiles_usec_count{cmd="hset"}', sets],
    ['redis_exporter_last_scrape_error', 0],
    ['count(redis_instance_info{role="master",redis_mode="standalone"})', 1],
  ])('answers %s with what Redis says', async (promql, value) => {
    await inPrometheus(promql, value)
  })

  it('answers with the same figures as Redis at this moment', async () => {
    const { repl_backlog_size } = await redis.info('replication')
    const { process_id } = await redis.info('server')
    await inPrometheus('redis_replication_backlog_bytes', Number(repl_backlog_size))
    await inPrometheus('redis_process_id', Number(process_id))
  })
})

describe.each([
  ['plain', {}],
  ['compressed', { 'Accept-Encoding': 'gzip' }],
])('the %s body', (_name, headers) => {
  it('has no fault that the text format names', async () => {
    const { status, body } = await exporter.get('/metrics', headers)
    expect(status).toBe(200)
    expect(body).toContain('\nredis_up 1\n')
    expect(checkExposition(body)).toEqual([])
  })

  it('passes promtool but for the names that are given', async () => {
    const { body } = await exporter.get('/metrics', headers)

    expect(await unknownWarnings(body)).toEqual([])
  })
})

describe('when Redis is killed', () => {
  beforeAll(async () => void (await redis.kill()))

  it('redis_up is 0 in Prometheus, with the reason, and the target itself stays up', async () => {
    await inPrometheus('redis_up', 0)
    await inPrometheus(
      'redis_exporter_last_scrape_error{err="connection: no connection (ECONNREFUSED)"}',
      1,
    )
    await inPrometheus('up{job="redis"}', 1)
  })

  it('the families of Redis are gone from Prometheus at once, not after its look-back', async () => {
    const left = 'count({__name__=~"redis_.+",__name__!~"redis_(up|exporter_.+|target_.+)"})'
    await eventually(async () => expect(await prometheus.query(left)).toEqual([]), {
      within: 30_000,
    })
  })

  it('the body has no fault still', async () => {
    for (const headers of [{}, { 'Accept-Encoding': 'gzip' }]) {
      const { body } = await exporter.get('/metrics', headers)
      expect(body).toContain('\nredis_up 0\n')
      expect(checkExposition(body)).toEqual([])
    }
  })

  it('and restarted, all is back with the values of the new process', async () => {
    await redis.restart()
    const { process_id } = await redis.info('server')

    await inPrometheus('redis_up', 1)
    await inPrometheus('redis_process_id', Number(process_id))
    await inPrometheus('redis_exporter_last_scrape_error{err=""}', 0)
    await inPrometheus('sum(redis_db_keys)', 0)
    expect(exporter.logs().match(/starting/g)).toHaveLength(1)
  })
})

/** Waits until an expression gives exactly one series, with this value. */
async function inPrometheus(promql: string, value: number): Promise<void> {
  await eventually(
    async () => {
      const results = await prometheus.query(promql)
      expect(results.map((result) => result.value)).toEqual([value])
    },
    { within: 30_000, every: 100 },
  )
}
