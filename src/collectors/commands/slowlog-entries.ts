import { counter, histogram, sample } from '../../metrics/metric.ts'
import type { Collector } from '../collector.ts'
import { perRun } from '../reading/per-run.ts'
import { readList } from '../reading/read-list.ts'
import { boundedName, followLog, type LogEntry, readLog } from './log-entries.ts'

const entries = counter(
  'slowlog_entries_total',
  'Entries that came into the slow log since the exporter looks at it (SLOWLOG GET)',
  ['cmd'],
)
const durations = histogram(
  'slowlog_duration_seconds',
  'How long the commands took that came into the slow log (SLOWLOG GET)',
  ['cmd'],
)
const missed = counter(
  'slowlog_missed_total',
  'Entries that came and went between two polls, or were too many to be read (SLOWLOG GET)',
)

const bounds = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30, 100]
const mostCommands = 200

/** What was counted of one command. */
interface Durations {
  count: number
  microseconds: number
  /** How many fall under each bound, and under no lower one. */
  readonly buckets: number[]
}

/** Counts what comes into the slow log of each server, for which it remembers the newest id. */
export function createSlowlogEntries(): Collector {
  const states = perRun(() => ({
    log: followLog(),
    commands: new Map<string, Durations>(),
    missed: 0,
  }))

  return {
    name: 'slowlog-entries',
    help: 'what comes into the slow log, by command and with its duration',
    metrics: [entries, durations, missed],
    commands: ['slowlog|get'],
    optIn: true,
    cost: '1 to 9 µs of Redis a poll while nothing is slow (a log that is empty or full), 0.5 µs more for each new entry, of which 512 are read at most, in a second round trip where there are many; 15 series for each command that was slow, 201 commands at most',
    appliesTo: (server) => server.knows('slowlog'),
    forget: states.forget,
    async collect(poll) {
      const read = (count: number) => readLog(poll, 'SLOWLOG', 'GET', `${count}`)
      const ahead = read(states.last().log.count())
      const [info, page] = await Promise.all([poll.info(), ahead])
      const state = states.of(info, poll.unixSeconds)
      const found = await state.log.findNew(page, read)
      for (const entry of found.entries) add(state.commands, entry)
      state.missed += found.missed
      return [
        sample(missed, state.missed),
        ...(await readList(poll, state.commands, ([cmd, one]) => [
          sample(entries, one.count, { cmd }),
          sample(durations, histogramOf(one), { cmd }),
        ])),
      ]
    },
  }
}

function add(commands: Map<string, Durations>, { cmd, amount }: LogEntry): void {
  const name = boundedName(cmd, commands, mostCommands)
  const one = commands.get(name) ?? { count: 0, microseconds: 0, buckets: bounds.map(() => 0) }
  one.count += 1
  one.microseconds += amount
  const bucket = bounds.findIndex((bound) => amount <= bound * 1e6)
  if (bucket >= 0) one.buckets[bucket] = (one.buckets[bucket] ?? 0) + 1
  commands.set(name, one)
}

function histogramOf({ count, microseconds, buckets }: Durations) {
  let cumulative = 0
  return {
    buckets: bounds.map((bound, index) => {
      cumulative += buckets[index] ?? 0
      return [bound, cumulative] as const
    }),
    sum: microseconds / 1e6,
    count,
  }
}
