import { setTimeout as delay } from 'node:timers/promises'
import type { LoopbackServers } from '../../support/loopback-servers.ts'
import { scaled } from '../keys/scale.ts'
import { formatNumber, type Report } from '../table.ts'
import { startFleetExporter, used } from './fleet-exporter.ts'
import { startServersOfFleet } from './servers-of-fleet.ts'

interface Size {
  readonly targets: number
  readonly intervalSeconds: number
  readonly windowSeconds: number
}

const sizes: readonly Size[] = [
  { targets: 1, intervalSeconds: 1, windowSeconds: 15 },
  { targets: 10, intervalSeconds: 1, windowSeconds: 15 },
  { targets: 100, intervalSeconds: 2, windowSeconds: 20 },
  { targets: 1_000, intervalSeconds: 15, windowSeconds: 30 },
  { targets: 5_000, intervalSeconds: 60, windowSeconds: 60 },
].map((size) => ({ ...size, targets: scaled(size.targets) }))

/** What a poll and a target that is held cost, from one to five thousand. */
export function measureFleetGrowth(): Report {
  return {
    title: 'What each target costs, by their number',
    notes: [
      'Nobody asks. ms of the processor for each poll, all included, also what goes on when nothing is polled;',
      'MiB: the most that was resident, and KiB of it for each target beyond the first row.',
    ],
    head: ['targets', 'every s', 'known after s', '% of the core', 'ms a poll', 'MiB', 'KiB each'],
    rows: eachRow(),
  }
}

async function* eachRow(): AsyncGenerator<readonly string[]> {
  await using servers = await startServersOfFleet()
  let ofOne: number | undefined
  for (const size of sizes) {
    const { cells, resident } = await measure(servers, size)
    const beyond = (resident - (ofOne ?? resident)) / 1024 / Math.max(1, size.targets - 1)
    yield [...cells, ofOne === undefined ? '' : formatNumber(beyond, 1)]
    ofOne ??= resident
  }
}

async function measure(servers: LoopbackServers, size: Size) {
  const { targets, intervalSeconds, windowSeconds } = size
  const addresses = servers.addresses(targets)
  await using fleet = await startFleetExporter(addresses, { intervalSeconds })
  await delay(Math.min(intervalSeconds, 15) * 1e3)
  const { seconds, processorSeconds, resident } = await used(fleet.exporter, windowSeconds)
  const polls = (targets * seconds) / intervalSeconds
  const cells = [
    formatNumber(targets),
    formatNumber(intervalSeconds),
    formatNumber(fleet.knownAfter, 1),
    formatNumber((100 * processorSeconds) / seconds, 1),
    formatNumber((1e3 * processorSeconds) / polls, 2),
    formatNumber(resident / 2 ** 20),
  ]
  return { cells, resident }
}
