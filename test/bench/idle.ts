import { setTimeout as delay } from 'node:timers/promises'
import { startPeerExporter } from '../support/peer-exporter.ts'
import type { RedisServer } from '../support/redis-server.ts'
import { startIdleNode } from './bare-node.ts'
import { threadSeconds } from './process-figures.ts'
import { startReadyExporter } from './ready-exporter.ts'
import { spread } from './statistics.ts'
import { formatSpread, type Report } from './table.ts'

const settling = 20_000
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
  await delay(settling)
  const blocksOf = programs.map(() => [] as number[])
  for (let block = 0; block < blocks; block++) {
    const began = performance.now()
    const before = programs.map(([, pid]) => threadSeconds(pid))
    await delay(blockMilliseconds)
    const seconds = (performance.now() - began) / 1e3
    for (const [index, [, pid]] of programs.entries())
      blocksOf[index]?.push((1e3 * (threadSeconds(pid) - (before[index] ?? 0))) / seconds)
  }
  return {
    title: 'Idle',
    notes: [
      `Milliseconds of processor time in a second, all threads together, while nobody scrapes:`,
      `${blocks} blocks of ${blockMilliseconds / 1e3} s, side by side. Polls cost what the second row has beyond the first.`,
    ],
    head: ['', 'ms per s'],
    rows: programs.map(([name], index) => [name, formatSpread(spread(blocksOf[index] ?? []), 2)]),
  }
}
