import { type HistogramValue, histogram, newer, sample, seriesOf } from '../../metrics/metric.ts'
import { parseNameValueList } from '../../redis/names-and-values.ts'
import { infoCollector, lineList } from '../reading/info-parts.ts'

const distribution = newer(
  histogram(
    'key_size_distribution',
    'Keys of a database by the length of a string or the number of elements; it falls as well, so without rate(); _sum is estimated from the middle of each bucket (INFO keysizes: dbN_distrib_*)',
    ['db', 'type'],
  ),
  'Redis 8.0',
  'live: Redis 8.6.3',
)

/** Lines of the text format at most; a server of usual size has some hundred. */
const mostSeries = 5_000

export const keysizes = infoCollector({
  name: 'keysizes',
  help: 'distribution of the sizes of keys by database and type, from INFO keysizes',
  parts: [
    lineList({
      section: 'keysizes',
      name: /^(db\d+)_distrib_([a-z0-9]+)_(?:sizes|items)$/,
      metrics: [distribution],
      reader({ reject, leaveOut }) {
        let series = 0
        return ([field, db = '', plural = ''], text) => {
          if (text === '') return []
          const value = readDistribution(text)
          if (value === undefined) {
            reject(field, text)
            return []
          }
          const one = sample(distribution, value, { db, type: typeOf(plural) })
          if (series + seriesOf(one) > mostSeries) {
            leaveOut(seriesOf(one))
            return []
          }
          series += seriesOf(one)
          return [one]
        }
      },
    }),
  ],
})

// As TYPE calls it.
function typeOf(plural: string): string {
  return plural === 'hashes' ? 'hash' : plural.replace(/s$/, '')
}

const units = new Map([...'KMGTPE'].map((unit, index) => [unit, 1024 ** (index + 1)]))

/*
 * `0=2,1=5,4=1,1K=3`: each name is the smallest size that a bucket holds, a power of two or zero,
 * so the largest is one less than the name of the next. Empty buckets are left out there, and put
 * in here up to the last one, so that the buckets of two servers add up.
 */
function readDistribution(text: string): HistogramValue | undefined {
  const counts = new Map<number, number>()
  for (const [name, given] of parseNameValueList(text)) {
    const smallest = readSize(name)
    const count = /^\d+$/.test(given) ? Number(given) : undefined
    // Redis has counted below zero, which it prints as a number near 2^64.
    if (smallest === undefined || count === undefined || !Number.isSafeInteger(count))
      return undefined
    counts.set(smallest, count)
  }
  if (counts.size === 0) return undefined
  const last = Math.max(...counts.keys())
  const buckets: [number, number][] = []
  let total = 0
  let sum = 0
  for (let smallest = 0; smallest <= last; smallest = Math.max(1, 2 * smallest)) {
    const count = counts.get(smallest) ?? 0
    const largest = Math.max(0, 2 * smallest - 1)
    total += count
    sum += (count * (smallest + largest)) / 2
    buckets.push([largest, total])
  }
  return { buckets, sum, count: total }
}

/** A power of two up to 2^60, or zero. */
function readSize(name: string): number | undefined {
  const [, digits, unit] = /^(\d{1,4})([KMGTPE]?)$/.exec(name) ?? []
  if (digits === undefined || unit === undefined) return undefined
  const size = Number(digits) * (units.get(unit) ?? 1)
  return size === 0 || (Number.isInteger(Math.log2(size)) && size <= 2 ** 60) ? size : undefined
}
