import { gauge, type Sample, sample } from '../../metrics/metric.ts'
import type { Reply } from '../../redis/command.ts'
import { redisError } from '../../redis/redis-error.ts'
import type { Collector } from '../collector.ts'
import { partOf } from '../reading/part.ts'

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
    const entries = poll.read('SLOWLOG', 'LEN')
    const newest = poll.read('SLOWLOG', 'GET', '1')
    const parts = [
      partOf(poll, 'SLOWLOG LEN', entries.then(readLength), []),
      partOf(poll, 'SLOWLOG GET', newest.then(readNewest), []),
    ]
    return (await Promise.all(parts)).flat()
  },
}

function readLength(reply: Reply): readonly Sample[] {
  return [sample(length, integer(reply))]
}

// An entry is [id, time, microseconds, arguments, …]; the arguments are the users' and not read.
function readNewest(reply: Reply): readonly Sample[] {
  if (!Array.isArray(reply)) throw redisError('parse', 'the reply of SLOWLOG GET is not a list')
  const [entry] = reply
  const [id, microseconds] = Array.isArray(entry) ? [integer(entry[0]), integer(entry[2])] : [0, 0]
  return [sample(lastId, id), sample(lastDuration, microseconds / 1e6)]
}

function integer(reply: Reply | undefined): number {
  if (typeof reply === 'number') return reply
  throw redisError('parse', 'the reply of SLOWLOG holds something other than a number')
}
