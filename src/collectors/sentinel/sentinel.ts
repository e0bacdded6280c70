import { gauge, type Sample, sample } from '../../metrics/metric.ts'
import { parseSentinelMaster } from '../../redis/sentinel-master.ts'
import type { Poll } from '../collector.ts'
import { metricsOf, type PartRow, readParts } from '../reading/info-lines.ts'
import { fieldTable, infoCollector, lineList } from '../reading/info-parts.ts'
import { newerRows, rowsOf } from '../reading/info-table.ts'

const row = rowsOf('sentinel')

const rows = [
  row.gauge('sentinel_masters', 'sentinel_masters', 'Masters that this Sentinel watches'),
  row.gauge('sentinel_tilt', 'sentinel_tilt', 'Whether this Sentinel distrusts its clock'),
  ...newerRows('Redis 7.0', 'live: Redis 7.0.15', [
    row.gauge(
      'sentinel_tilt_since_seconds',
      'sentinel_tilt_since_seconds',
      'How long this Sentinel has distrusted its clock; -1 is not now',
    ),
  ]),
  ...newerRows('Redis 8, Valkey 9.0', 'live: Redis 8.6.3, Valkey 9.1.2', [
    row.counter(
      'sentinel_total_tilt',
      'sentinel_tilt_total',
      'How often this Sentinel distrusted its clock',
    ),
  ]),
  row.gauge('sentinel_running_scripts', 'sentinel_running_scripts', 'Scripts that run'),
  row.gauge('sentinel_scripts_queue_length', 'sentinel_scripts_queue_length', 'Scripts that wait'),
  row.gauge(
    'sentinel_simulate_failure_flags',
    'sentinel_simulate_failure_flags',
    'Failures that are being simulated, as a sum of flags',
  ),
]

const masterLabels = ['master_name', 'master_address'] as const

const status = gauge(
  'sentinel_master_status',
  'Whether a master is ok; 0 while sdown or odown (INFO sentinel: masterN status)',
  [...masterLabels, 'master_status'],
)
const counts: readonly PartRow<(typeof masterLabels)[number]>[] = [
  {
    part: 'slaves',
    metric: gauge(
      'sentinel_master_slaves',
      'Replicas of a master (INFO sentinel: masterN slaves)',
      masterLabels,
    ),
  },
  {
    part: 'sentinels',
    metric: gauge(
      'sentinel_master_sentinels',
      'Sentinels that watch a master, with the one asked (INFO sentinel: masterN sentinels)',
      masterLabels,
    ),
  },
]

export const sentinel = infoCollector({
  name: 'sentinel',
  help: 'masters that a Sentinel watches, from INFO sentinel',
  parts: [
    fieldTable(rows),
    lineList({
      section: 'sentinel',
      name: /^master\d+$/,
      metrics: [...metricsOf(counts), status],
      reader:
        ({ reject }) =>
        ([field], text) =>
          readMaster(field, text, reject),
    }),
  ],
})

function readMaster(field: string, text: string, reject: Poll['reject']): readonly Sample[] {
  const parts = parseSentinelMaster(text)
  const [name, state] = [parts.get('name'), parts.get('status')]
  if (name === undefined) {
    reject(field, text)
    return []
  }
  const labels = { master_name: name, master_address: parts.get('address') ?? '' }
  return [
    ...(state === undefined
      ? []
      : [sample(status, state === 'ok' ? 1 : 0, { ...labels, master_status: state })]),
    ...readParts(field, parts, counts, labels, reject),
  ]
}
