import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { readFixture } from '../support/fixtures.ts'
import { answers } from '../support/peer-behaviours.ts'
import { type Prometheus, startPrometheus } from '../support/prometheus.ts'
import { alertRules, expressionOf } from '../support/readme-alerts.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { resp } from '../support/resp.ts'
import { type ScriptedPeer, startPeer } from '../support/scripted-peer.ts'

// What the README recommends to alert on, asked of a real Prometheus that scrapes the exporter.
// How long it has to last is no part of it; that is tested with made-up series.

interface Watched extends AsyncDisposable {
  readonly exporter: Exporter
  readonly prometheus: Prometheus
}

/** An exporter that polls every second, and a Prometheus that scrapes it. */
async function watch(env: Readonly<Record<string, string>>): Promise<Watched> {
  const exporter = await startExporter({ env: { POLL_INTERVAL: '1', ...env } })
  const prometheus = await startPrometheus([
    { job: 'redis', address: `127.0.0.1:${exporter.port}` },
  ])
  return {
    exporter,
    prometheus,
    async [Symbol.asyncDispose]() {
      await prometheus[Symbol.asyncDispose]()
      await exporter.stop()
    },
  }
}

/** The labels of what an alert finds, but for those of the scrape. */
async function found({ prometheus }: Watched, alert: string) {
  const results = await prometheus.query(expressionOf(alert))
  return results.map(({ labels: { __name__, instance, job, ...labels } }) => labels)
}

async function becomes(watched: Watched, alert: string, labels: readonly object[]): Promise<void> {
  await eventually(async () => expect(await found(watched, alert)).toEqual(labels), {
    within: 30_000,
    every: 200,
  })
}

describe('a healthy Redis whose keys are walked', () => {
  let redis: RedisServer
  let watched: Watched

  beforeAll(async () => {
    redis = await startRedis()
    await redis.client().mset('a', '1', 'b', '2')
    watched = await watch({
      REDIS_URL: redis.url,
      REDIS_EXPORTER_COUNT_KEYS: '*',
      SCAN_INTERVAL: '1',
    })
    // Whatever rises is seen only once there were some scrapes, of walks as well as of polls.
    await eventually(
      async () => {
        const scrapes =
          'count_over_time(redis_up[1m]) > 8 and increase(redis_exporter_scans_total[1m]) > 2'
        expect(await watched.prometheus.query(scrapes.replace(' and ', ' and on() '))).toHaveLength(
          1,
        )
      },
      { within: 60_000, every: 500 },
    )
  })

  afterAll(async () => {
    await watched?.[Symbol.asyncDispose]()
    await redis?.stop()
  })

  it.each(alertRules.rules)('gives $alert nothing to find', async ({ alert }) => {
    expect(await found(watched, alert)).toEqual([])
  })

  it('that loses the right to a command makes RedisCollectorFails find the collector', async () => {
    await redis.client().call('ACL', 'SETUSER', 'default', '-slowlog')

    await becomes(watched, 'RedisCollectorFails', [{ collector: 'slowlog' }])
  })

  it('and RedisCollectorFailed too, with the reason', async () => {
    await becomes(watched, 'RedisCollectorFailed', [{ collector: 'slowlog', reason: 'noperm' }])
  })

  it('that refuses to look for keys makes RedisCollectorFails find who walks, since the walk ends', async () => {
    await redis.client().call('ACL', 'SETUSER', 'default', '+slowlog', '-scan')

    await becomes(watched, 'RedisCollectorFails', [{ collector: 'count-keys' }])
    const ended = 'increase(redis_exporter_scans_total{result="failed"}[5m]) > 0'
    expect(await watched.prometheus.query(ended)).toEqual([])
  })

  it('that is killed makes RedisDown find it', async () => {
    await redis.kill()

    await becomes(watched, 'RedisDown', [{}])
  })
})

it.concurrent('a server that writes its databases as no other makes RedisFieldsRejected find the collector', async () => {
  await using pika: ScriptedPeer = await startPeer(
    answers(([name]) =>
      name === 'INFO'
        ? resp.bulk(readFixture('cases/other-keyspace.info'))
        : resp.error(`ERR unknown command '${name}'`),
    ),
  )
  await using watched = await watch({ REDIS_URL: pika.url })

  await becomes(watched, 'RedisFieldsRejected', [{ collector: 'keyspace' }])
})

it.concurrent('more clients than there is room for make RedisSeriesLeftOut find the collector', async () => {
  await using redis = await startRedis()
  await redis.client().ping()
  await using watched = await watch({
    REDIS_URL: redis.url,
    REDIS_EXPORTER_EXPORT_CLIENT_LIST: 'true',
    REDIS_EXPORTER_CLIENT_LIST_MAX_SERIES: '15',
  })

  await becomes(watched, 'RedisSeriesLeftOut', [{ collector: 'client-list' }])
})

it.concurrent('a Redis that hangs for longer than the interval makes RedisPollsSkipped find it', async () => {
  await using redis = await startRedis()
  await using watched = await watch({ REDIS_URL: redis.url, POLL_TIMEOUT: '5', POLL_MAX_AGE: '20' })
  await becomes(watched, 'RedisDown', [])
  await redis.pause()

  await becomes(watched, 'RedisPollsSkipped', [{}])
  redis.resume()
})
