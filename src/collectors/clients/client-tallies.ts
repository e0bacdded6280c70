import { type HistogramValue, type Metric, type Sample, sample } from '../../metrics/metric.ts'
import { clientFlags, knownFlags } from '../../redis/client-flags.ts'
import type { Poll } from '../collector.ts'
import { countOne, mostFrequent } from '../reading/most-frequent.ts'

/** The fields of one client, as CLIENT LIST tells them. */
export type Client = ReadonlyMap<string, string>

/** Takes in one client after the other and tells what they add up to. */
export interface Tally {
  add(client: Client): void
  samples(): readonly Sample[]
}

/** Begins a tally; `reject` is told of fields that cannot be read. */
export type StartTally = (reject: Poll['reject']) => Tally

/**
 * Counts clients by a name; `nameOf` is undefined where the server does not tell. So many series at
 * `most`, and one for the rest.
 */
export function tallyByName(
  most: number,
  nameOf: (client: Client) => string | undefined,
  toSample: (name: string, clients: number) => Sample,
): StartTally {
  return () => {
    const counts = new Map<string, number>()
    return {
      add(client) {
        const name = nameOf(client)
        if (name !== undefined) countOne(counts, name)
      },
      samples: () => [...mostFrequent(counts, most)].map(([name, count]) => toSample(name, count)),
    }
  }
}

/** Counts clients by flag, those that none has too: an alert on a flag needs its 0. */
export function tallyByFlag(metric: Metric<'flag', never>): StartTally {
  return () => {
    const counts = new Map<string, number>()
    return {
      add(client) {
        for (const flag of clientFlags(client.get('flags') ?? '')) countOne(counts, flag)
      },
      samples() {
        const flags = counts.size > 0 ? new Set([...knownFlags, ...counts.keys()]) : []
        return [...flags].map((flag) => sample(metric, counts.get(flag) ?? 0, { flag }))
      },
    }
  }
}

/** A histogram of seconds, with one bucket for each of the upper `bounds`. */
export function tallySeconds(
  field: string,
  metric: Metric<never, never>,
  bounds: readonly number[],
): StartTally {
  return (reject) => {
    // The last one is for what lies above all bounds.
    const counts = [...bounds, Infinity].map(() => 0)
    let sum = 0
    return {
      add(client) {
        const seconds = readCount(client, field, reject)
        if (seconds === undefined) return
        const place = bounds.findIndex((bound) => seconds <= bound)
        const bucket = place < 0 ? bounds.length : place
        counts[bucket] = (counts[bucket] ?? 0) + 1
        sum += seconds
      },
      samples: () => [sample(metric, histogramOf(bounds, counts, sum))],
    }
  }
}

/** Adds a field up, and keeps the largest where a metric for it is given. */
export function tallySum(
  field: string,
  sum: Metric<never, never>,
  largest?: Metric<never, never>,
): StartTally {
  return (reject) => {
    const found = { sum: 0, largest: 0, clients: 0 }
    return {
      add(client) {
        const value = readCount(client, field, reject)
        if (value === undefined) return
        found.sum += value
        found.largest = Math.max(found.largest, value)
        found.clients += 1
      },
      samples() {
        if (found.clients === 0) return []
        return [...(largest ? [sample(largest, found.largest)] : []), sample(sum, found.sum)]
      },
    }
  }
}

function readCount(client: Client, field: string, reject: Poll['reject']): number | undefined {
  const text = client.get(field)
  if (text === undefined) return undefined
  // A clock that was set back makes an age negative.
  if (/^-?\d{1,18}$/.test(text)) return Math.max(0, Number(text))
  reject(field, text)
  return undefined
}

function histogramOf(
  bounds: readonly number[],
  counts: readonly number[],
  sum: number,
): HistogramValue {
  let cumulative = 0
  const buckets = bounds.map((bound, index) => {
    cumulative += counts[index] ?? 0
    return [bound, cumulative] as const
  })
  return { buckets, sum, count: cumulative + (counts[bounds.length] ?? 0) }
}
