import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { startPeerExporter } from '../support/peer-exporter.ts'
import { compare, type Exception, readInTurns } from '../support/side-by-side.ts'
import { ofTheProgram } from '../support/side-by-side-exceptions.ts'
import { startWatchedMasters, type WatchedMasters } from '../support/watched-masters.ts'

const exceptions: readonly Exception[] = [
  ...ofTheProgram,
  {
    families: /^redis_db_keys(_expiring)?$/,
    allows: 'absence',
    because: 'a Sentinel has no databases; the Go exporter makes up 16 empty ones',
  },
]

let watched: WatchedMasters
let ours: Exporter
let theirs: Exporter

beforeAll(async () => {
  watched = await startWatchedMasters()
  const { url } = watched.sentinel
  ours = await startExporter({ env: { REDIS_URL: url, POLL_INTERVAL: '1s' } })
  theirs = await startPeerExporter({ args: ['-redis.addr', url] })
}, 60_000)

afterAll(async () => {
  await ours?.stop()
  await theirs?.stop()
  await watched?.[Symbol.asyncDispose]()
})

async function compareAll(name: string): Promise<void> {
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
  expect(series).toBeGreaterThan(70)
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

  it('no exception stands for a family that is not there', async () => {
    const served = await theirs.metrics()
    const idle = exceptions.filter((one) => !served.some(({ name }) => one.families.test(name)))
    expect(idle).toEqual([])
  })

  it('so it has when a peer and a replica are gone, with the same words for the quorum', async () => {
    await Promise.all([watched.peer.kill(), watched.replicas[0].kill()])
    await eventually(async () => expect(await theirWords()).toContain('NOQUORUM 1 usable'), {
      within: 15_000,
      every: 200,
    })

    await compareAll('a Sentinel without its peer')
  })
})
