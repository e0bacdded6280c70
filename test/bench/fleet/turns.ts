import { setTimeout as delay } from 'node:timers/promises'
import type { LoopbackServers } from '../../support/loopback-servers.ts'
import { scaled } from '../keys/scale.ts'
import { formatNumber, type Report } from '../table.ts'
import { turnsOf } from '../turns-of.ts'
import { startAskingProcess } from './asking-process.ts'
import { measuredCore, moveTo } from './cores.ts'
import { fleetEnvironment, targetsFile, whenKnown } from './fleet-exporter.ts'
import { startServersOfFleet } from './servers-of-fleet.ts'

const targets = scaled(1_000)
const intervalSeconds = 15
const windowSeconds = 30
/** Milliseconds that no turn shall take. */
const long = 20

const works = {
  'nobody asks': { scrapers: 0, reload: false },
  'all asked at once, by two': { scrapers: 2, reload: false },
  'a targets file with all others': { scrapers: 0, reload: true },
}

/** How long the event loop is held with a thousand targets. */
export function measureFleetTurns(): Report {
  return {
    title: `The longest turn of the event loop, with ${formatNumber(targets)} targets every ${intervalSeconds} s`,
    notes: [
      `Milliseconds in ${windowSeconds} s, by the processor time of the main thread and by the clock, and how many`,
      `were over ${long} ms of it. What the clock shows and the processor does not is the machine. Linux counts`,
      'the time of the processor in steps of 4 ms. Two ask for the body of all with gzip every 15 s, apart.',
    ],
    head: ['', 'processor', `over ${long}`, 'clock', `over ${long}`],
    rows: eachRow(),
  }
}

async function* eachRow(): AsyncGenerator<readonly string[]> {
  await using servers = await startServersOfFleet()
  for (const [name, work] of Object.entries(works)) yield [name, ...(await measure(servers, work))]
}

async function measure(
  servers: LoopbackServers,
  { scrapers, reload }: (typeof works)[keyof typeof works],
): Promise<readonly string[]> {
  const addresses = servers.addresses(2 * targets)
  const first = addresses.slice(0, targets)
  await using file = await targetsFile(first)
  const env = fleetEnvironment({ intervalSeconds }, file.path)
  const turns = await turnsOf({ env }, async (exporter) => {
    moveTo(measuredCore, exporter.pid)
    await whenKnown(exporter, targets)
    // Until each is polled at its place.
    await delay(intervalSeconds * 1e3)
    const began = Date.now()
    const asking = Array.from({ length: scrapers }, async (_, index) => {
      await delay((index * intervalSeconds * 1e3) / 3)
      using process = startAskingProcess()
      const urls = [`${exporter.url}/metrics`]
      await process.ask({ urls, every: intervalSeconds * 1e3, during: windowSeconds * 1e3 })
    })
    if (reload) {
      await file.write(addresses.slice(targets))
      exporter.signal('SIGHUP')
      await delay(2_000)
      await whenKnown(exporter, targets)
    }
    await Promise.all([delay(windowSeconds * 1e3), ...asking])
    return began
  })
  return (['processor', 'wall'] as const).flatMap((by) => {
    const found = turns.map((turn) => turn[by])
    const longOnes = found.filter((time) => time > long).length
    return [formatNumber(Math.max(0, ...found), 1), formatNumber(longOnes)]
  })
}
