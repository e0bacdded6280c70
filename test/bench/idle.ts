import { setTimeout as delay } from 'node:timers/promises'
import { startPeerExporter } from '../support/peer-exporter.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { startIdleNode } from './bare-node.ts'
import { scaled } from './keys/scale.ts'
import { threadSeconds } from './process-figures.ts'
import { startReadyExporter } from './ready-exporter.ts'
import { spread } from './statistics.ts'
import { formatNumber, formatSpread, type Report } from './table.ts'

const settling = 20_000
// V8 goes on compiling what polls use for a quarter of an hour where there is one in a second.
const steady = scaled(900) * 1_000
const blocks = 10
const blockMilliseconds = 5_000

/** Processor time while nobody scrapes: with no poll due, and with one each second. */
export async function measureIdle(redis: RedisServer): Promise<Report> {
  const env = { REDIS_ADDR: redis.url }
  await using idle = await startReadyExporter({ ...env, POLL_INTERVAL: '1h', POLL_MAX_AGE: '3h' })
  await using polling = await startReadyExporter({ ...env, POLL_INTERVAL: '1s' })
  await using peer = await startPeerExporter({ env })
  await using bare = startIdleNode()
  const programs = [
    ['ours, no poll due', idle.pid],
    ['ours, a poll each second', polling.pid],
    ['Go exporter', peer.pid],
    ['bare Node.js process', bare.pid],
  ] as const
  const pids = programs.map(([, pid]) => pid)
  const started = performance.now()
  await delay(settling)
  const early = await measureBlocks(pids)
  await delay(Math.max(0, steady - (performance.now() - started)))
  const late = await measureBlocks(pids)
  return {
    title: 'Idle',
    notes: [
      `Milliseconds of processor time in a second, all threads together, while nobody scrapes:`,
      `${blocks} blocks of ${blockMilliseconds / 1e3} s, side by side. Polls cost what the second row has beyond the first.`,
    ],
    head: ['', `ms per s after ${settling / 1e3} s`, `after ${formatNumber(steady / 1e3)} s`],
    rows: programs.map(([name], index) => [
      name,
      ...[early, late].map((times) => formatSpread(spread(times[index] ?? []), 2)),
    ]),
  }
}

/** The milliseconds of processor time in a second of each process, block by block. */
async function measureBlocks(pids: readonly number[]): Promise<readonly (readonly number[])[]> {
  const times = pids.map(() => [] as number[])
  for (let block = 0; block < blocks; block++) {
    const began = performance.now()
    const before = pids.map(threadSeconds)
    await delay(blockMilliseconds)
    const seconds = (performance.now() - began) / 1e3
    for (const [index, pid] of pids.entries())
      times[index]?.push((1e3 * (threadSeconds(pid) - (before[index] ?? 0))) / seconds)
  }
  return times
}
