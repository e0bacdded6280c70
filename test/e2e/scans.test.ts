import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { checkExposition, parseExposition, sampleValue } from '../support/exposition.ts'
import { runKeyWorkload } from '../support/key-workload.ts'
import { readPage } from '../support/page-text.ts'
import { type Prometheus, startPrometheus } from '../support/prometheus.ts'
import { unknownWarnings } from '../support/promtool.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

const script = fileURLToPath(new URL('../support/answer.lua', import.meta.url))

const everySecond = ['--poll.interval=1s', '--scan.interval=1s']
const within = { within: 60_000 }

/** What is served now; the body must be sound whenever it is looked at. */
async function valuesOf(exporter: Exporter) {
  const { body } = await exporter.get('/metrics')
  expect(checkExposition(body)).toEqual([])
  const families = parseExposition(body)
  return (name: string, labels?: Readonly<Record<string, string>>) =>
    sampleValue(families, `redis_${name}`, labels)
}

/** Waits until walks have come to their end so many times. */
async function walks(exporter: Exporter, result: 'complete' | 'failed', times: number) {
  return await eventually(async () => {
    const value = await valuesOf(exporter)
    expect(value('exporter_scans_total', { result })).toBeGreaterThanOrEqual(times)
    // The counts of a walk are served with the next poll.
    return value
  }, within)
}

/** Fills the first database with `key:0`, `key:1`, … or others, some at a time, so that the server is never busy. */
async function fill(redis: RedisServer, keys: number, prefix = 'key'): Promise<void> {
  const lines = "for i=ARGV[1],ARGV[2] do redis.call('SET', ARGV[3]..':'..i, i) end"
  const client = redis.client()
  for (let first = 0; first < keys; first += 10_000)
    await client.eval(lines, 0, first, Math.min(first + 10_000, keys) - 1, prefix)
}

describe('all that looks at keys, on a server with data in three databases', () => {
  let redis: RedisServer
  let exporter: Exporter
  let prometheus: Prometheus

  beforeAll(async () => {
    redis = await startRedis()
    await runKeyWorkload(redis)
    const other = redis.client({ db: 11 })
    for (const number of [1, 2, 3]) await other.rpush(`queue:${number}`, 1, 2)
    exporter = await startExporter({
      env: { REDIS_URL: redis.url },
      args: [
        '--poll.interval=1s',
        // So that some poll comes when no walk has just begun.
        '--scan.interval=2s',
        '--check-keys=key:*,db3=key:*,db11=*',
        '--check-single-keys=long:512,db3=stream:orders',
        '--count-keys=*,db3=*,db11=queue:*',
        '--check-streams=stream:*,db3=stream:o*',
        '--check-single-streams=db3=stream:empty',
        '--check-key-groups=^(%a+):',
        `--script=${script}`,
      ],
    })
    prometheus = await startPrometheus([{ job: 'redis', address: `127.0.0.1:${exporter.port}` }])
    await walks(exporter, 'complete', 2)
  })

  afterAll(async () => {
    await prometheus?.[Symbol.asyncDispose]()
    await exporter?.stop()
    await redis?.stop()
  })

  describe.each([
    ['plain', {}],
    ['compressed', { 'Accept-Encoding': 'gzip' }],
  ])('the %s body', (_name, headers) => {
    it('has no fault, though walks, scripts and polls give to the same families', async () => {
      const { status, body } = await exporter.get('/metrics', headers)
      expect(status).toBe(200)
      expect(checkExposition(body)).toEqual([])
      for (const family of ['key_size', 'stream_length', 'keys_count', 'script_values'])
        expect(body.split(`# TYPE redis_${family} `)).toHaveLength(2)
      expect(await unknownWarnings(body)).toEqual([])
    })
  })

  it.each([
    ['redis_key_size{db="db11",key="queue:1"}', 2],
    ['redis_key_size{db="db0",key="long:512"}', 512],
    ['count(redis_key_size{db="db3",key!="stream:orders"})', 15],
    ['redis_keys_count{db="db11",key="queue:*"}', 3],
    ['redis_stream_length{db="db0",stream="stream:orders"}', 3],
    ['count(redis_stream_length{db="db3"})', 2],
    ['redis_key_group_count{db="db11",key_group="queue"}', 3],
    ['redis_number_of_distinct_key_groups{db="db5"}', 0],
    ['redis_script_values{key="answer"}', 42],
    ['redis_script_result', 1],
    ['redis_exporter_collector_success{collector="check-keys"}', 1],
    ['redis_exporter_collector_success{collector="scripts"}', 1],
    ['redis_exporter_scan_progress_ratio', 1],
    ['redis_exporter_scan_resumed_total', 0],
    ['redis_exporter_scans_total{result="failed"}', 0],
    ['redis_exporter_scan_series > bool 50', 1],
    ['redis_exporter_scan_age_seconds < bool 5', 1],
    ['redis_exporter_scan_duration_seconds < bool 2', 1],
  ])('gives Prometheus %s', async (promql, value) => {
    await eventually(async () => {
      const results = await prometheus.query(promql)
      expect(results.map((result) => result.value)).toEqual([value])
    }, within)
  })

  it('counts as many keys as the server does', async () => {
    const sizes = await Promise.all([0, 3].map((db) => redis.client({ db }).dbsize()))
    const value = await valuesOf(exporter)

    expect([value('keys_count', { db: 'db0' }), value('keys_count', { db: 'db3' })]).toEqual(sizes)
  })

  it('shows people on / how far it is', async () => {
    const page = readPage((await exporter.get('/')).body)

    expect(page.text()).toMatch(
      /Scan of the keys (Under way|Waits for its time; the last one): \d+ %.* Keys seen [\d,]+ Load .* Result from .* ago/,
    )
  })
})

describe.concurrent('what cannot be looked at', () => {
  it('costs only those who look for keys, where SCAN is refused, and one line in the log', async () => {
    await using redis = await startRedis({
      args: ['--user', 'watcher', 'on', '>tr0ub4dor', '~*', '+@all', '-scan'],
    })
    await fill(redis, 100)
    await using exporter = await startExporter({
      env: { REDIS_URL: `redis://watcher:tr0ub4dor@127.0.0.1:${redis.port}` },
      args: [...everySecond, '--check-keys=key:*', '--check-single-keys=key:7'],
    })
    await walks(exporter, 'complete', 2)

    // How a walk went is told by the poll behind it.
    await eventually(async () => {
      const value = await valuesOf(exporter)
      expect(value('up')).toBe(1)
      expect(value('db_keys', { db: 'db0' })).toBe(100)
      expect(value('key_size', { key: 'key:7' })).toBe(1)
      expect(value('key_size', { key: 'key:8' })).toBeUndefined()
      expect(value('exporter_collector_success', { collector: 'check-keys' })).toBe(0)
      expect(value('exporter_collector_success', { collector: 'check-single-keys' })).toBe(1)
    })
    expect(exporter.logs().match(/collector failed: .*NOPERM/g)).toHaveLength(1)
  })

  it('in the time that a walk has leaves its last result until that is too old', async () => {
    await using redis = await startRedis()
    await fill(redis, 100)
    await using exporter = await startExporter({
      env: { REDIS_URL: redis.url, SCAN_MAX_AGE: '30s', SCAN_TIMEOUT: '5s' },
      args: [...everySecond, '--count-keys=key:*', '--scan.max-load=0.002'],
    })
    await walks(exporter, 'complete', 1)
    // None that is counted: a walk that is nearly through meanwhile has the same result.
    await fill(redis, 400_000, 'other')
    const filled = await valuesOf(exporter)

    // A busy machine may have made one fail before.
    await walks(exporter, 'failed', (filled('exporter_scans_total', { result: 'failed' }) ?? 0) + 1)
    expect((await valuesOf(exporter))('keys_count')).toBe(100)
    await eventually(async () => {
      const value = await valuesOf(exporter)
      expect(value('up')).toBe(1)
      expect(value('keys_count')).toBeUndefined()
    }, within)

    await redis.client().flushall()
    await fill(redis, 100)
    await eventually(async () => expect((await valuesOf(exporter))('keys_count')).toBe(100), within)
    expect(exporter.logs()).toMatch(/scan failed: no answer within 5 s.*scan works again/s)
  })
})

describe.concurrent('a walk that takes long', () => {
  it('lets polls go on, shows no half of its result, and SIGTERM ends it', async () => {
    await using redis = await startRedis()
    await fill(redis, 20_000)
    await using exporter = await startExporter({
      env: { REDIS_URL: redis.url },
      args: [...everySecond, '--check-keys=key:*', '--count-keys=*', '--scan.max-load=0.005'],
    })
    const value = await eventually(async () => {
      const now = await valuesOf(exporter)
      expect(now('exporter_polls_total', { result: 'up' })).toBeGreaterThanOrEqual(3)
      expect(now('exporter_scan_progress_ratio')).toBeGreaterThan(0)
      return now
    }, within)

    expect(value('up')).toBe(1)
    expect(value('exporter_scan_running')).toBe(1)
    expect(value('exporter_scan_progress_ratio')).toBeLessThan(1)
    expect([value('key_size'), value('keys_count')]).toEqual([undefined, undefined])
    expect(readPage((await exporter.get('/')).body).text()).toContain('Scan of the keys Under way')

    exporter.signal('SIGTERM')
    expect(await exporter.exited).toEqual({ code: 0, signal: null })
  })

  it('goes on behind a server that stood still, while the target is down and up as ever', async () => {
    await using redis = await startRedis()
    await fill(redis, 10_000)
    await using exporter = await startExporter({
      env: { REDIS_URL: redis.url, POLL_TIMEOUT: '300ms' },
      args: [...everySecond, '--check-keys=key:1*', '--count-keys=*', '--scan.max-load=0.04'],
    })
    await eventually(async () => {
      expect((await valuesOf(exporter))('exporter_scan_running')).toBe(1)
    }, within)
    await redis.pause()
    await eventually(async () => {
      const value = await valuesOf(exporter)
      expect(value('exporter_scans_total', { result: 'complete' })).toBe(0)
      expect(value('up')).toBe(0)
      expect(value('exporter_last_scrape_error', { err: 'timeout: no answer within 0.3 s' })).toBe(
        1,
      )
      expect(value('keys_count')).toBeUndefined()
    }, within)
    redis.resume()

    const value = await walks(exporter, 'complete', 1)
    expect(value('exporter_scans_total', { result: 'failed' })).toBe(0)
    await eventually(async () => {
      const now = await valuesOf(exporter)
      expect([now('up'), now('keys_count')]).toEqual([1, 10_000])
    }, within)
  })
})

it('a bound on series is kept, what is left out is counted, and one line warns of it', async () => {
  await using redis = await startRedis()
  await fill(redis, 100)
  await using exporter = await startExporter({
    env: { REDIS_URL: redis.url },
    args: [...everySecond, '--check-keys=key:*', '--max-series=200'],
  })
  const value = await walks(exporter, 'complete', 2)
  const families = await exporter.metrics()
  const series = families.filter(({ name }) => /^redis_key_/.test(name))

  // Three series for each key: none is shown by a half of them.
  expect(series.map(({ name, samples }) => [name, samples.length])).toEqual([
    ['redis_key_memory_usage_bytes', 66],
    ['redis_key_size', 66],
    ['redis_key_value', 66],
  ])
  expect(
    value('exporter_series_left_out_total', { collector: 'check-keys' }),
  ).toBeGreaterThanOrEqual(2 * 34 * 2)
  expect(exporter.logs().match(/a bound left series out/g)).toHaveLength(1)
})
