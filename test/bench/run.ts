// What `make bench` calls: measures the built exporter side by side with bare Node.js and with the
// Go exporter, in one run on one machine, and prints what it found. It is no test: it asserts
// nothing about the figures.
import { rmSync } from 'node:fs'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type TemporaryDirectory, temporaryDirectory } from '../support/temporary-directory.ts'
import { runFixtureWorkload } from '../tools/fixture-workload.ts'
import { measureComingAndGoing } from './fleet/coming-and-going.ts'
import { measureFleetGrowth } from './fleet/growth.ts'
import { measureFleetLoad } from './fleet/load.ts'
import { measureFleetTurns } from './fleet/turns.ts'
import { measureHostile } from './hostile.ts'
import { measureIdle } from './idle.ts'
import { startKeySpace } from './keys/key-space.ts'
import { measureStalls } from './keys/stalls.ts'
import { measureTrafficEffect } from './keys/traffic-effect.ts'
import { measureWalkScrapes } from './keys/walk-scrapes.ts'
import { measureWalkTime } from './keys/walk-time.ts'
import { measureLatency } from './latency.ts'
import { describeMachine } from './machine.ts'
import { measureMemory } from './memory.ts'
import { measurePollCost } from './poll-cost.ts'
import { measureSize } from './size.ts'
import { measureStartTime } from './start-time.ts'
import { formatNumber, printReport, type Report } from './table.ts'
import { measureThroughput } from './throughput.ts'
import { measureTurns } from './turns.ts'

type Measure = (redis: RedisServer) => Report | Promise<Report | readonly Report[]>

/** Parts that are measured against the same server. */
interface Group {
  readonly startServer: (directory: string) => Promise<RedisServer>
  readonly parts: Readonly<Record<string, Measure>>
}

const groups: Readonly<Record<string, Group>> = {
  scrapes: {
    startServer: startSmallServer,
    parts: {
      throughput: measureThroughput,
      'poll-cost': measurePollCost,
      start: measureStartTime,
      memory: measureMemory,
      idle: measureIdle,
      latency: measureLatency,
      turns: measureTurns,
      hostile: measureHostile,
      size: measureSize,
    },
  },
  keys: {
    startServer: startKeySpace,
    parts: {
      'walk-time': measureWalkTime,
      'walk-scrapes': measureWalkScrapes,
      stalls: measureStalls,
      traffic: measureTrafficEffect,
    },
  },
  fleet: {
    startServer: startSmallServer,
    parts: {
      'fleet-load': measureFleetLoad,
      'fleet-turns': measureFleetTurns,
      'fleet-growth': measureFleetGrowth,
      'fleet-churn': measureComingAndGoing,
    },
  },
}

const usage = `Usage: make bench [ONLY="PART..."] or npm run bench -- [PART...]

Without a part everything is measured, which takes over an hour. Parts are, by group:
${Object.entries(groups)
  .map(([name, { parts }]) => `  ${name.padEnd(10)}${Object.keys(parts).join(' ')}`)
  .join('\n')}

Variables: PEER names another binary to compare with than Debian's prometheus-redis-exporter;
BENCH_SCALE=0.1 takes a tenth of the keys, of the time of the group keys, of the polls of memory and of the targets, to
try it out.`

async function startSmallServer(directory: string): Promise<RedisServer> {
  const redis = await startRedis({ directory })
  await runFixtureWorkload(redis)
  return redis
}

async function run(chosen: readonly string[]): Promise<void> {
  const started = performance.now()
  console.log((await describeMachine()).join('\n'))
  await using directory = await temporaryDirectory()
  // Even when Ctrl-C ends us; the programs that run then are killed by those who started them.
  process.once('exit', () => rmSync(directory.path, { recursive: true, force: true }))
  for (const [name, group] of Object.entries(groups)) {
    const isChosen = (part: string) =>
      chosen.length === 0 || chosen.includes(name) || chosen.includes(part)
    const measures = Object.entries(group.parts).filter(([part]) => isChosen(part))
    if (measures.length > 0)
      await measureAll(
        group,
        measures.map(([, measure]) => measure),
        directory,
      )
  }
  console.log(`\nAll this took ${formatNumber((performance.now() - started) / 1e3)} s.`)
}

async function measureAll(
  { startServer }: Group,
  measures: readonly Measure[],
  { path }: TemporaryDirectory,
): Promise<void> {
  await using redis = await startServer(path)
  for (const measure of measures)
    for (const report of [await measure(redis)].flat()) await printReport(report)
}

async function main(chosen: readonly string[]): Promise<number> {
  const known = Object.entries(groups).flatMap(([name, { parts }]) => [name, ...Object.keys(parts)])
  if (chosen.some((name) => !known.includes(name))) {
    console.log(usage)
    return chosen.includes('--help') ? 0 : 2
  }
  try {
    await run(chosen)
    return 0
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    return 1
  }
}

// An exit of our own, so that every program that was started is gone with us.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(signal, () => process.exit(1))
process.exit(await main(process.argv.slice(2)))
