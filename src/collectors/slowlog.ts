import { gauge, sample } from '../metrics/metric.ts'
import type { Reply } from '../redis/command.ts'
import { redisError } from '../redis/redis-error.ts'
import type { Collector } from './collector.ts'

const length = gauge('slowlog_length', 'Entries in the slow log (SLOWLOG LEN)')
const lastId = gauge(
  'slowlog_last_id',
  'Id of the newest entry of the slow log; 0 is none or the first (SLOWLOG GET)',
)
const lastDuration = gauge(
  'last_slow_execution_duration_seconds',
  'How long the newest command in the slow log took; 0 is none (SLOWLOG GET)',
)

export const slowlog: Collector = {
  name: 'slowlog',
  help: 'length and newest entry of the slow log',
  metrics: [length, lastId, lastDuration],
  commands: ['slowlog|len', 'slowlog|get'],
  appliesTo: (server) => server.knows('slowlog'),
  async collect(poll) {
    const [entries, newest] = await Promise.all([
      poll.read('SLOWLOG', 'LEN'),
      poll.read('SLOWLOG', 'GET', '1'),
    ])
    const [id, microseconds] = readNewest(newest)
    return [
      sample(length, integer(entries)),
      sample(lastId, id),
      sample(lastDuration, microseconds / 1e6),
    ]
  },
}

// An entry is [id, time, microseconds, arguments, …]; the arguments are the users' and not read.
function readNewest(reply: Reply): [id: number, microseconds: number] {
  if (!Array.isArray(reply)) throw redisError('parse', 'the reply of SLOWLOG GET is not a list')
  const [entry] = reply
  return Array.isArray(entry) ? [integer(entry[0]), integer(entry[2])] : [0, 0]
}

function integer(reply: Reply | undefined): number {
  if (typeof reply === 'number') return reply
  throw redisError('parse', 'the reply of SLOWLOG holds something other than a number')
}
