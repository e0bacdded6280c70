import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { runFixtureWorkload } from '../tools/fixture-workload.ts'

describe('while Redis is stopped with SIGSTOP', () => {
  it('a scrape takes no longer than before', async () => {
    await using redis = await startRedis()
    await runFixtureWorkload(redis)
    await using exporter = await startExporter({
      env: { REDIS_URL: redis.url, POLL_INTERVAL: '1', POLL_TIMEOUT: '1m', POLL_MAX_AGE: '1m' },
    })
    await exporter.waitForLog('INFO: up')
    await scrapeTimes(exporter, 200)
    const before = await scrapeTimes(exporter, 200)

    await redis.pause()
    // A poll that was due and left out shows that the one before it hangs.
    await eventually(async () => {
      const { body } = await exporter.get('/metrics')
      expect(body).toMatch(/^redis_exporter_poll_skipped_total [1-9]/m)
    })
    const hung = await scrapeTimes(exporter, 200)

    const [usual, late] = [percentile(before, 0.99), percentile(hung, 0.99)]
    console.log(
      `p99 of 200 scrapes: ${usual.toFixed(1)} ms, with Redis stopped ${late.toFixed(1)} ms`,
    )
    // A scrape that waited for Redis would take the minute of the time-out; a busy machine may
    // take its share of either run.
    expect(late).toBeLessThan(5 * usual + 100)
  })

  it('the target is down at the deadline, and up again at the next poll after SIGCONT', async () => {
    await using redis = await startRedis()
    await using exporter = await startExporter({
      env: { REDIS_URL: redis.url, POLL_INTERVAL: '1' },
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
    { within: 10_000 },
  )
  expect((await exporter.get('/ready')).status).toBe(503)
  expect((await exporter.get('/healthz')).status).toBe(200)
})

describe('POLL_INTERVAL=1 under five scrapers at once', () => {
  const polls = 10
  let redis: RedisServer
  let exporter: Exporter
  let polledAt: readonly number[]
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
    await eventually(() => expect(pollTimes(exporter).length).toBeGreaterThanOrEqual(polls), {
      within: 20_000,
    })
    // Right after a poll, so that none is under way when we count.
    const { cmdstat_info = '' } = await redis.info('commandstats')
    infoCalls = Number(/calls=(\d+)/.exec(cmdstat_info)?.[1])
    polledAt = pollTimes(exporter)
    over = true
    await Promise.all(scrapers)
  })

  afterAll(async () => {
    await exporter?.stop()
    await redis?.stop()
  })

  it('polls once a second on average', () => {
    // The first one ends late, since it has to connect while the exporter is still starting.
    const [first = 0, ...later] = polledAt.slice(1)
    const seconds = ((later.at(-1) ?? 0) - first) / 1e3 / later.length
    // The ends of two polls are compared, and a busy machine may delay either.
    expect(seconds).toBeGreaterThan(0.97)
    expect(seconds).toBeLessThan(1.03)
  })

  it('asks Redis for INFO once in each poll, however often it is scraped', () => {
    console.log(`${scrapes} scrapes during ${polledAt.length} polls`)
    expect(scrapes).toBeGreaterThan(100)
    // A poll may begin between our looking at Redis and at the log.
    expect(Math.abs(infoCalls - polledAt.length)).toBeLessThanOrEqual(1)
  })

  it('counts every one of the scrapes', async () => {
    const { body } = await exporter.get('/metrics')
    const counted = /^redis_exporter_http_requests_total\{path="\/metrics",code="200"\} (\d+)$/m
    expect(Number(counted.exec(body)?.[1])).toBe(scrapes)
  })
})

function pollTimes(exporter: Exporter): readonly number[] {
  return exporter
    .logs()
    .split('\n')
    .filter((line) => line.includes('"msg":"polled"'))
    .map((line) => Date.parse(JSON.parse(line).time))
}

/** How many milliseconds each of so many scrapes takes, one after the other. */
async function scrapeTimes(exporter: Exporter, count: number): Promise<readonly number[]> {
  const times: number[] = []
  for (let number = 0; number < count; number++) {
    const start = performance.now()
    expect((await exporter.get('/metrics')).status).toBe(200)
    times.push(performance.now() - start)
  }
  return times
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
}
