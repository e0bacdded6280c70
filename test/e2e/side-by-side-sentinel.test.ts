import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { startPeerExporter } from '../support/peer-exporter.ts'
import { peerOptions } from '../support/peer-options.ts'
import { compare, type Exception, idleExceptions } from '../support/side-by-side.ts'
import { ofTheProgram } from '../support/side-by-side-exceptions.ts'
import { readInTurns } from '../support/side-by-side-readings.ts'
import { startWatchedMasters, type WatchedMasters } from '../support/watched-masters.ts'

const exceptions: readonly Exception[] = [
  ...ofTheProgram,
  {
    families: /^redis_db_keys(_expiring)?$/,
    allows: 'absence',
    because: 'a Sentinel has no databases; the Go exporter makes up 16 empty ones',
  },
  {
    families: /^redis_sentinel_tilt_since_seconds$/,
    allows: 'presence',
    because: 'the field is of Redis 7.0, and no release of the Go exporter reads it',
  },
  {
    families: /^redis_hz$/,
    allows: { distance: 10 },
    because: 'a Sentinel changes it by chance, so that not all of them act at one time',
  },
  {
    families: /^redis_sentinel_master_last_ok_ping_reply_seconds$/,
    allows: { distance: 2 },
    because: 'it falls back to 0 with every PING that the Sentinel sends',
  },
]

let watched: WatchedMasters
let ours: Exporter
let theirs: Exporter

beforeAll(async () => {
  watched = await startWatchedMasters()
  const { url } = watched.sentinel
  const knowsPeers = (await peerOptions()).has('include-sentinel-peer-info')
  const args = ['-redis.addr', url, ...(knowsPeers ? ['-include-sentinel-peer-info'] : [])]
  ours = await startExporter({ args, env: { POLL_INTERVAL: '1s' } })
  theirs = await startPeerExporter({ args })
}, 60_000)

afterAll(async () => {
  await ours?.stop()
  await theirs?.stop()
  await watched?.[Symbol.asyncDispose]()
})

async function compareAll(name: string): Promise<void> {
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
  expect(series.size).toBeGreaterThan(70)
  expect(idleExceptions(exceptions, needed)).toEqual([])
}

/** What they serve of the masters, without the values. */
async function theirWords(): Promise<string> {
  const families = (await theirs.metrics()).filter(({ name }) => name.includes('sentinel_master'))
  return JSON.stringify(families.flatMap(({ samples }) => samples.map(({ labels }) => labels)))
}

describe('side by side with the Go exporter on a Sentinel of two masters', () => {
  it('every family has the same type, labels and values', async () => {
    await compareAll('a Sentinel')

    expect(await theirWords()).toContain('OK 2 usable Sentinels')
  })

  it('so it has when a peer and a replica are gone, with the same words for the quorum', async () => {
    await Promise.all([watched.peer.kill(), watched.replicas[0].kill()])
    await eventually(async () => expect(await theirWords()).toContain('NOQUORUM 1 usable'), {
      within: 30_000,
      every: 200,
    })

    await compareAll('a Sentinel without its peer')
  })
})
