import { gauge, newer, type Sample, sample } from '../../metrics/metric.ts'
import type { Reply } from '../../redis/command.ts'
import { readPairs, readPairsInSlices } from '../../redis/names-and-values.ts'
import { redisError } from '../../redis/redis-error.ts'
import { inSlices } from '../../yielding.ts'
import type { Collector } from '../collector.ts'

const since = 'Redis 7.0'

const running = newer(
  gauge(
    'function_running',
    'Whether a function runs, while the server still answers INFO (FUNCTION STATS: running_script)',
  ),
  since,
  'live: Redis 7.0.15',
)
const runningSeconds = newer(
  gauge(
    'function_running_seconds',
    'How long a function has run that runs now; 0 is none (FUNCTION STATS: duration_ms)',
  ),
  since,
  'live: Redis 7.0.15',
)
const libraries = newer(
  gauge(
    'function_engine_libraries',
    'Libraries of functions of an engine (FUNCTION STATS: libraries_count)',
    ['engine'],
  ),
  since,
  'live: Redis 7.0.15',
)
const functions = newer(
  gauge('function_engine_functions', 'Functions of an engine (FUNCTION STATS: functions_count)', [
    'engine',
  ]),
  since,
  'live: Redis 7.0.15',
)

const mostEngines = 20

export const functionStats: Collector = {
  name: 'function-stats',
  help: 'functions by engine and the one that runs, from FUNCTION STATS',
  metrics: [running, runningSeconds, libraries, functions],
  commands: ['function|stats'],
  optIn: true,
  cost: '1.3 µs of Redis a poll; 2 series for each engine, 21 at most, and 2 others',
  appliesTo: (server) => server.knows('function|stats'),
  async collect(poll) {
    const stats = readPairs(await poll.read('FUNCTION', 'STATS'))
    return [
      ...readRunning(stats.get('running_script') ?? null),
      ...poll.take(await readEngines(stats.get('engines') ?? [])),
    ]
  },
}

// Its command stands there as well, with the arguments of the user, which are not read.
function readRunning(script: Reply): Sample[] {
  const milliseconds = script === null ? 0 : readCount(script, 'duration_ms')
  return [sample(running, script === null ? 0 : 1), sample(runningSeconds, milliseconds / 1e3)]
}

// Modules may bring engines of any name; those beyond the bound are summed.
async function readEngines(reply: Reply): Promise<Sample[]> {
  const sums = new Map<string, { libraries: number; functions: number }>()
  await inSlices(await readPairsInSlices(reply), ([name, stats]) => {
    const isPlain = /^[\w.-]{1,40}$/.test(name) && sums.size < mostEngines
    const engine = isPlain ? name : 'other'
    const sum = sums.get(engine) ?? { libraries: 0, functions: 0 }
    sum.libraries += readCount(stats, 'libraries_count')
    sum.functions += readCount(stats, 'functions_count')
    sums.set(engine, sum)
  })
  return [...sums].flatMap(([engine, sum]) => [
    sample(libraries, sum.libraries, { engine }),
    sample(functions, sum.functions, { engine }),
  ])
}

function readCount(reply: Reply, name: string): number {
  const value = readPairs(reply).get(name)
  if (typeof value === 'number') return value
  throw redisError('parse', `FUNCTION STATS gave no number for ${name}`)
}
