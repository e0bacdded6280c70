import { counter, gauge, newer, sample } from '../../metrics/metric.ts'
import type { Option } from '../../options/option.ts'
import { flag } from '../../options/value-kinds.ts'
import type { Reply } from '../../redis/command.ts'
import { redisError } from '../../redis/redis-error.ts'
import { collector } from '../collector.ts'
import { readList } from '../reading/read-list.ts'

const last = gauge(
  'latency_spike_last',
  'When an event last took too long, in seconds since 1970 (LATENCY LATEST)',
  ['event_name'],
)
const duration = gauge(
  'latency_spike_duration_seconds',
  'How long an event took when it last took too long (LATENCY LATEST)',
  ['event_name'],
)
const maximum = gauge(
  'latency_spike_max_seconds',
  'The longest that an event ever took, since the start or LATENCY RESET (LATENCY LATEST)',
  ['event_name'],
)

// Valkey goes on adding, also to spikes that its history has forgotten.
const sum = newer(
  counter(
    'latency_spikes_seconds_total',
    'Time of all events that took too long, since the start or LATENCY RESET (LATENCY LATEST)',
    ['event_name'],
  ),
  'Valkey 8.1',
  'live: Valkey 9.1.2',
)
const count = newer(
  counter(
    'latency_spikes_total',
    'Events that took too long, since the start or LATENCY RESET (LATENCY LATEST)',
    ['event_name'],
  ),
  'Valkey 8.1',
  'live: Valkey 9.1.2',
)

/** It takes the histograms along, as in the Go exporter. */
export const excludeLatencyHistogram = {
  flags: ['exclude-latency-histogram-metrics'],
  env: ['REDIS_EXPORTER_EXCLUDE_LATENCY_HISTOGRAM_METRICS'],
  scope: 'target',
  group: 'Optional metrics',
  help: 'Leave out the collectors latency and latency-histogram',
  kind: flag,
  default: 'false',
} as const satisfies Option

export const latency = collector({
  name: 'latency',
  help: 'events that took longer than latency-monitor-threshold, from LATENCY LATEST',
  metrics: [last, duration, maximum, sum, count],
  commands: ['latency|latest'],
  options: { excludeLatencyHistogram },
  isWanted: (settings) => !settings.excludeLatencyHistogram,
  appliesTo: (server) => server.knows('latency'),
  async collect(poll) {
    const reply = await poll.read('LATENCY', 'LATEST')
    if (!Array.isArray(reply)) throw redisError('parse', 'LATENCY LATEST gave no list')
    return readList(poll, reply, (event: Reply) => {
      // [name, time in seconds, latest in milliseconds, maximum in milliseconds], and of Valkey
      // [..., sum in milliseconds, number].
      const [name, time, milliseconds, longest, total, spikes] = Array.isArray(event) ? event : []
      if (typeof name !== 'string' || typeof time !== 'number' || typeof milliseconds !== 'number')
        throw redisError('parse', 'LATENCY LATEST gave an event of an unknown form')
      const labels = { event_name: name }
      const ofSums =
        typeof total === 'number' && typeof spikes === 'number'
          ? [sample(sum, total / 1e3, labels), sample(count, spikes, labels)]
          : []
      return [
        sample(last, time, labels),
        sample(duration, milliseconds / 1e3, labels),
        ...(typeof longest === 'number' ? [sample(maximum, longest / 1e3, labels)] : []),
        ...ofSums,
      ]
    })
  },
})
