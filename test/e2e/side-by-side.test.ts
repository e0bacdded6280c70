import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { sampleValue } from '../support/exposition.ts'
import { startPeerExporter } from '../support/peer-exporter.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { compare, type Exception, readInTurns } from '../support/side-by-side.ts'
import { runFixtureWorkload } from '../tools/fixture-workload.ts'

const bytesOfAConnection = 256 * 1024

// All that differs from Debian's prometheus-redis-exporter 1.45, and why.
const exceptions: readonly Exception[] = [
  {
    families: /^go_/,
    allows: 'absence',
    because: 'it tells of the Go runtime; ours tells of Node.js in nodejs_*',
  },
  {
    families: /^process_virtual_memory_max_bytes$/,
    allows: 'absence',
    because: 'prom-client, which tells of our process, does not read this limit',
  },
  {
    families: /^process_/,
    allows: 'any value',
    because: 'these are two processes',
  },
  {
    families: /^redis_last_key_groups_scrape_duration_milliseconds$/,
    allows: 'absence',
    because: 'it belongs to key groups, which we do not have yet',
  },
  {
    families: /^redis_expired_time_cap_reached_total$/,
    allows: 'another type',
    because: 'the field only rises: newer releases of the Go exporter call it a counter, as we do',
  },
  {
    families: /^redis_instance_info$/,
    allows: { moreLabels: ['master_replid'] },
    because: 'newer releases of the Go exporter have this label besides, and so have we',
  },
  {
    families: /^redis_exporter_build_info$/,
    allows: 'any labels and value',
    because: 'the two are different programs',
  },
  {
    families: /^redis_exporter_(scrapes_total|(last_)?scrape_duration_seconds)$/,
    allows: 'any value',
    because: 'they count the polls and scrapes that each has made, and how long these took',
  },
  {
    families: /^redis_exporter_last_scrape_connect_time_seconds$/,
    allows: 'any value',
    because: 'we keep our connection, the Go exporter opens one for each scrape',
  },
  {
    families: /^redis_start_time_seconds$/,
    allows: { distance: 1 },
    because: 'it is the time now minus whole seconds, and the Go exporter cuts off the fraction',
  },
  {
    families: /^redis_connected_clients$/,
    allows: { distance: 1 },
    because: 'the Go exporter counts its own connection, which is gone when we poll',
  },
  {
    families: /^redis_memory_used_(bytes|dataset_bytes)$/,
    allows: { distance: bytesOfAConnection },
    because: 'the connection of the Go exporter takes memory, which is free when we poll',
  },
  {
    families: /^redis_latency_percentiles_usec$/,
    series: ({ labels }) => labels.quantile !== undefined && calledMeanwhile.test(labels.cmd ?? ''),
    allows: 'any value',
    because: 'a percentile goes up and down with every call, and these are called meanwhile',
  },
]

// What the exporters, the replica and the test itself call while the three readings are made.
const calledMeanwhile =
  /^(info|config|slowlog|latency|client|command|replconf|ping|psync|incr)(\||$)/

let master: RedisServer
let replica: RedisServer
let stopTraffic: () => void

beforeAll(async () => {
  master = await startRedis({
    args: [
      ...['--repl-diskless-sync-delay', '0', '--latency-monitor-threshold', '1'],
      ...['--slowlog-log-slower-than', '1000', '--maxmemory', '512mb'],
    ],
  })
  replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${master.port}`] })
  await runFixtureWorkload(master)
  await eventually(
    async () => {
      expect((await master.info('replication')).slave0).toContain('state=online')
      expect((await replica.info('replication')).master_link_status).toBe('up')
    },
    { within: 15_000 },
  )
  const client = master.client()
  const timer = setInterval(() => void client.incr('visits'), 20)
  stopTraffic = () => clearInterval(timer)
})

afterAll(async () => {
  stopTraffic?.()
  await replica?.stop()
  await master?.stop()
})

describe.each([
  ['a master with a replica', () => master],
  ['a replica', () => replica],
])('side by side with the Go exporter on %s', (name, server) => {
  let ours: Exporter
  let theirs: Exporter

  beforeAll(async () => {
    ours = await startExporter({ env: { REDIS_URL: server().url, POLL_INTERVAL: '1s' } })
    theirs = await startPeerExporter({ args: ['-redis.addr', server().url] })
    // Its own commands become series at its first scrape.
    await theirs.metrics()
  })

  afterAll(async () => {
    await ours?.stop()
    await theirs?.stop()
  })

  it('every family has the same type, labels and values', async () => {
    // A value that flickers misses the one reading or the other; a real difference is always there.
    const { families, series } = await eventually(
      async () => {
        const comparison = compare(await readInTurns(ours, theirs), exceptions)
        expect(comparison.differences).toEqual([])
        return comparison
      },
      { within: 30_000 },
    )

    console.log(`${name}: ${families} families with ${series} series compared`)
    expect(series).toBeGreaterThan(300)
  })

  it('no exception stands for a family that is not there', async () => {
    const served = await theirs.metrics()
    const idle = exceptions.filter((one) => !served.some(({ name }) => one.families.test(name)))
    expect(idle).toEqual([])
  })
})

it('the comparison is made on a server that has something to tell', async () => {
  await using theirs = await startPeerExporter({ args: ['-redis.addr', master.url] })
  const families = await theirs.metrics()
  const value = (name: string, labels = {}) => sampleValue(families, name, labels)

  for (const db of ['db0', 'db3', 'db11']) {
    expect(value('redis_db_keys', { db })).toBeGreaterThan(0)
    expect(value('redis_db_keys_expiring', { db })).toBeGreaterThan(0)
  }
  expect(value('redis_connected_slaves')).toBe(1)
  expect(value('redis_slowlog_length')).toBeGreaterThan(0)
  expect(value('redis_expired_keys_total')).toBeGreaterThan(0)
  expect(value('redis_errors_total', { err: 'WRONGTYPE' })).toBeGreaterThan(0)
  expect(value('redis_latency_spike_last')).toBeGreaterThan(0)
})
