import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { sampleValue } from '../support/exposition.ts'
import { peerVersion, startPeerExporter } from '../support/peer-exporter.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { compare, type Exception, idleExceptions } from '../support/side-by-side.ts'
import { ofALivingServer, ofTheProgram } from '../support/side-by-side-exceptions.ts'
import { readInTurns } from '../support/side-by-side-readings.ts'
import { runFixtureWorkload } from '../tools/fixture-workload.ts'

// Master and replica hear of each other once a second, and tell in whole seconds when they last did.
const sinceHeard: Exception = {
  families: /^redis_(connected_slave_lag_seconds|master_(sync_)?last_io_seconds_ago)$/,
  allows: { distance: 1 },
  because: 'it is 0 or 1 by the moment in which it is read',
}

// All that differs, and why.
const exceptions = [...ofTheProgram, ...ofALivingServer, sinceHeard]

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
    { within: 30_000 },
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
])(`side by side with the Go exporter ${peerVersion()} on %s`, (name, server) => {
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
    const { families, series, needed } = await eventually(
      async () => {
        const comparison = compare(await readInTurns(ours, theirs), exceptions)
        expect(comparison.differences).toEqual([])
        return comparison
      },
      { within: 30_000 },
    )

    console.log(`${name}: ${families.size} families with ${series.size} series compared`)
    expect(series.size).toBeGreaterThan(300)
    expect(idleExceptions(exceptions, needed)).toEqual([])
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
