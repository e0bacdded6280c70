import { histogram, sample } from '../../metrics/metric.ts'
import { readNumber } from '../../metrics/read-value.ts'
import type { Reply } from '../../redis/command.ts'
import { type Info, sectionLines } from '../../redis/info.ts'
import { byTwos, parseNameValueList } from '../../redis/names-and-values.ts'
import { redisError } from '../../redis/redis-error.ts'
import { inSlices } from '../../yielding.ts'
import { collector } from '../collector.ts'
import { giveList } from '../reading/read-list.ts'
import { excludeLatencyHistogram } from './latency.ts'

const latencies = histogram(
  'commands_latencies_usec',
  'Latency of a command in microseconds; without _sum where INFO tells none (LATENCY HISTOGRAM; _sum from INFO commandstats)',
  ['cmd'],
)

export const latencyHistogram = collector({
  name: 'latency-histogram',
  help: 'latency histogram of each command, from LATENCY HISTOGRAM',
  metrics: [latencies],
  commands: ['latency|histogram'],
  options: { excludeLatencyHistogram },
  isWanted: (settings) => !settings.excludeLatencyHistogram,
  appliesTo: (server) => server.knows('latency|histogram'),
  async collect(poll) {
    const [reply, info] = await Promise.all([poll.read('LATENCY', 'HISTOGRAM'), poll.info()])
    if (!Array.isArray(reply)) throw malformed()
    const microseconds = await sumMicroseconds(info)
    await giveList(poll, byTwos(reply), ([cmd, details]) => {
      if (typeof cmd !== 'string') throw malformed()
      const { count, buckets } = readHistogram(details)
      return [sample(latencies, { buckets, sum: microseconds.get(cmd), count }, { cmd })]
    })
    return []
  },
})

/** Redis has one for each power of two up to its longest latency, which makes thirty. */
const mostBuckets = 100

// calls, N, histogram_usec, [bound, cumulative count, …]
function readHistogram(reply: Reply): { count: number; buckets: [number, number][] } {
  const details = Array.isArray(reply) ? reply : []
  const part = (name: string): Reply | undefined => details[details.indexOf(name) + 1]
  const count = part('calls')
  const flat = part('histogram_usec')
  if (typeof count !== 'number' || !Array.isArray(flat)) throw malformed()
  if (flat.length > 2 * mostBuckets) throw malformed()
  const buckets: [number, number][] = []
  for (let index = 0; index + 1 < flat.length; index += 2) {
    const [bound, cumulative]: Reply[] = flat.slice(index, index + 2)
    if (typeof bound !== 'number' || typeof cumulative !== 'number') throw malformed()
    // A bound that comes twice would be a series given twice, for which a whole scrape is refused.
    if (bound <= (buckets.at(-1)?.[0] ?? -Infinity)) throw malformed()
    buckets.push([bound, cumulative])
  }
  return { count, buckets }
}

// LATENCY HISTOGRAM sums the subcommands up under their command, commandstats lists each.
async function sumMicroseconds(info: Info): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, number>()
  await inSlices(sectionLines(info, 'commandstats'), ([field, text]) => {
    const name = field.replace(/^cmdstat_/, '')
    const value = readNumber(parseNameValueList(text).get('usec') ?? '')
    if (value === undefined) return
    const command = name.split('|')[0] ?? name
    for (const key of new Set([name, command])) sums.set(key, (sums.get(key) ?? 0) + value)
  })
  return sums
}

function malformed() {
  return redisError('parse', 'LATENCY HISTOGRAM gave a reply of an unknown form')
}
