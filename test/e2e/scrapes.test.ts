import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { sampleValue } from '../support/exposition.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { runFixtureWorkload } from '../tools/fixture-workload.ts'

describe.concurrent('while Redis is stopped with SIGSTOP', () => {
  it('scrapes are answered while a poll hangs', async () => {
    await using redis = await startRedis()
    await runFixtureWorkload(redis)
    await using exporter = await startExporter({
      env: { REDIS_URL: redis.url, POLL_INTERVAL: '1', POLL_TIMEOUT: '1m', POLL_MAX_AGE: '1m' },
    })
    await exporter.waitForLog('INFO: up')
    await redis.pause()
    // A poll that was due and left out shows that the one before it hangs.
    await eventually(async () => {
      const { body } = await exporter.get('/metrics')
      expect(body).toMatch(/^redis_exporter_poll_skipped_total [1-9]/m)
    })
    const before = await pollsEnded(exporter)
    for (let scrapes = 0; scrapes < 200; scrapes += 1)
      expect((await exporter.get('/metrics')).status).toBe(200)

    // No scrape waited for the poll, which still hangs.
    expect(await pollsEnded(exporter)).toBe(before)
  })

  it('the target is down at the deadline, and up again at the next poll after SIGCONT', async () => {
    await using redis = await startRedis()
    await using exporter = await startExporter({
      env: { REDIS_URL: redis.url, POLL_INTERVAL: '1', POLL_TIMEOUT: '1' },
    })
    await exporter.waitForLog('INFO: up')

    await redis.pause()
    await eventually(async () => {
      const { body } = await exporter.get('/metrics')
      expect(body).toContain('\nredis_up 0\n')
      expect(body).toContain('err="timeout: no answer within 1 s"} 1\n')
      expect(body).not.toContain('redis_connected_clients')
    })
    expect((await exporter.get('/ready')).status).toBe(200)

    redis.resume()
    await eventually(async () => {
      const { body } = await exporter.get('/metrics')
      expect(body).toContain('\nredis_up 1\n')
      expect(body).toContain('redis_connected_clients')
    })
  })
})

it('a snapshot that grew too old because its poll hangs is served as down', async () => {
  await using redis = await startRedis()
  await using exporter = await startExporter({
    env: { REDIS_URL: redis.url, POLL_INTERVAL: '1', POLL_TIMEOUT: '1m', POLL_MAX_AGE: '2s' },
  })
  await exporter.waitForLog('INFO: up')

  await redis.pause()

  await eventually(
    async () => {
      const { body } = await exporter.get('/metrics')
      expect(body).toContain('\nredis_up 0\n')
      expect(body).toContain('err="stale: no poll has ended for 2 s"} 1\n')
      expect(body).not.toContain('redis_connected_clients')
    },
    { within: 30_000 },
  )
  expect((await exporter.get('/ready')).status).toBe(503)
  expect((await exporter.get('/healthz')).status).toBe(200)
})

describe('POLL_INTERVAL=1 under five scrapers at once', () => {
  const polls = 5
  let redis: RedisServer
  let exporter: Exporter
  let polledTimes: number
  let scrapes = 0
  let infoCalls: number

  beforeAll(async () => {
    redis = await startRedis()
    exporter = await startExporter({
      args: ['--log-level=debug', '--log-format=json'],
      env: { REDIS_URL: redis.url, POLL_INTERVAL: '1' },
    })
    let over = false
    const scrapers = Array.from({ length: 5 }, async () => {
      while (!over) {
        expect((await exporter.get('/metrics')).status).toBe(200)
        scrapes += 1
      }
    })
    await eventually(() => expect(polled(exporter)).toBeGreaterThanOrEqual(polls), {
      within: 20_000,
    })
    // Right after a poll, so that none is under way when we count.
    const { cmdstat_info = '' } = await redis.info('commandstats')
    infoCalls = Number(/calls=(\d+)/.exec(cmdstat_info)?.[1])
    polledTimes = polled(exporter)
    over = true
    await Promise.all(scrapers)
  })

  afterAll(async () => {
    await exporter?.stop()
    await redis?.stop()
  })

  it('asks Redis for INFO once in each poll, however often it is scraped', () => {
    console.log(`${scrapes} scrapes during ${polledTimes} polls`)
    expect(scrapes).toBeGreaterThan(10 * polls)
    // A poll may begin between our looking at Redis and at the log.
    expect(Math.abs(infoCalls - polledTimes)).toBeLessThanOrEqual(1)
  })

  it('counts every one of the scrapes', async () => {
    const { body } = await exporter.get('/metrics')
    const counted = /^redis_exporter_http_requests_total\{path="\/metrics",code="200"\} (\d+)$/m
    expect(Number(counted.exec(body)?.[1])).toBe(scrapes)
  })
})

/** How many polls have ended, as the log tells. */
function polled(exporter: Exporter): number {
  return exporter.logs().match(/"msg":"polled"/g)?.length ?? 0
}

async function pollsEnded(exporter: Exporter): Promise<number> {
  const families = await exporter.metrics()
  return sampleValue(families, 'redis_exporter_polls_total', { result: 'up' }) ?? 0
}
