// What `make bench` calls: measures the built exporter side by side with bare Node.js and with the
// Go exporter, in one run on one machine, and prints what it found. It is no test: it asserts
// nothing about the figures.
import { rmSync } from 'node:fs'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { runFixtureWorkload } from '../tools/fixture-workload.ts'
import { measureLatency } from './latency.ts'
import { describeMachine } from './machine.ts'
import { measureMemory } from './memory.ts'
import { measurePollCost } from './poll-cost.ts'
import { measureSize } from './size.ts'
import { measureStartTime } from './start-time.ts'
import { formatNumber, printReport, type Report } from './table.ts'
import { measureThroughput } from './throughput.ts'
import { requireWrk } from './wrk.ts'

type Measure = (redis: RedisServer) => Promise<Report>

const measurements: readonly Measure[] = [
  measurePollCost,
  measureStartTime,
  measureMemory,
  measureLatency,
  measureSize,
]

async function run(): Promise<void> {
  const started = performance.now()
  requireWrk()
  console.log((await describeMachine()).join('\n'))
  await using directory = await temporaryDirectory()
  // Even when Ctrl-C ends us; the programs that run then are killed by those who started them.
  process.once('exit', () => rmSync(directory.path, { recursive: true, force: true }))
  await using redis = await startRedis({ directory: directory.path })
  await runFixtureWorkload(redis)

  for (const report of await measureThroughput(redis)) printReport(report)
  for (const measure of measurements) printReport(await measure(redis))
  console.log(`\nAll this took ${formatNumber((performance.now() - started) / 1e3)} s.`)
}

// An exit of our own, so that every program that was started is gone with us.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => process.exit(1))
process.exit(
  await run().then(
    () => 0,
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error)
      return 1
    },
  ),
)
