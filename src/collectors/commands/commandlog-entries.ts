import { counter, newer, type Sample, sample } from '../../metrics/metric.ts'
import type { Collector, Poll } from '../collector.ts'
import { partOf } from '../reading/part.ts'
import { type PerRun, perRun } from '../reading/per-run.ts'
import { readList } from '../reading/read-list.ts'
import { boundedName, followLog, readLog } from './log-entries.ts'

const since = 'Valkey 8.1'

const entries = newer(
  counter(
    'commandlog_entries_total',
    'Entries that came into a command log since the exporter looks at it (COMMANDLOG GET)',
    ['type', 'cmd'],
  ),
  since,
  'live: Valkey 9.1.2',
)
const bytes = newer(
  counter(
    'commandlog_bytes_total',
    'Size of the requests or replies that came into a command log (COMMANDLOG GET)',
    ['type', 'cmd'],
  ),
  since,
  'live: Valkey 9.1.2',
)
const missed = newer(
  counter(
    'commandlog_missed_total',
    'Entries that came and went between two polls, or were too many to be read (COMMANDLOG GET)',
    ['type'],
  ),
  since,
  'live: Valkey 9.1.2',
)

// The third one, slow, is what SLOWLOG tells.
const types = ['large-request', 'large-reply'] as const
const mostCommands = 200

interface LogState {
  readonly log: ReturnType<typeof followLog>
  readonly commands: Map<string, { count: number; bytes: number }>
  missed: number
}

function createLogState(): LogState {
  return { log: followLog(), commands: new Map(), missed: 0 }
}

/** Counts large requests and replies of each server, for which it remembers the newest ids. */
export function createCommandlogEntries(): Collector {
  const states = new Map(types.map((type) => [type, perRun(createLogState)]))

  return {
    name: 'commandlog-entries',
    help: 'what comes into the logs of large requests and replies of Valkey, by command',
    metrics: [entries, bytes, missed],
    commands: ['commandlog|get'],
    newerCommands: { 'commandlog|get': 'Valkey from 8.1 on' },
    optIn: true,
    cost: '1 µs of Redis a poll while both logs are empty, 36 µs with some ten new entries in each (Valkey 9.1.2); 2 series for each command in each log, 201 commands at most',
    appliesTo: (server) => server.knows('commandlog'),
    forget() {
      for (const ofType of states.values()) ofType.forget()
    },
    async collect(poll) {
      const logs = [...states].map(([type, ofType]) =>
        partOf(poll, type, count(poll, type, ofType), []),
      )
      return (await Promise.all(logs)).flat()
    },
  }
}

async function count(poll: Poll, type: string, states: PerRun<LogState>): Promise<Sample[]> {
  const read = (most: number) => readLog(poll, 'COMMANDLOG', 'GET', `${most}`, type)
  const ahead = read(states.last().log.count())
  const [info, page] = await Promise.all([poll.info(), ahead])
  const state = states.of(info, poll.unixSeconds)
  const found = await state.log.findNew(page, read)
  for (const { cmd, amount } of found.entries) {
    const name = boundedName(cmd, state.commands, mostCommands)
    const before = state.commands.get(name) ?? { count: 0, bytes: 0 }
    state.commands.set(name, { count: before.count + 1, bytes: before.bytes + amount })
  }
  state.missed += found.missed
  return [
    sample(missed, state.missed, { type }),
    ...(await readList(poll, state.commands, ([cmd, one]) => [
      sample(entries, one.count, { type, cmd }),
      sample(bytes, one.bytes, { type, cmd }),
    ])),
  ]
}
