import { gauge, type Metric, newer, type Sample, sample } from '../../metrics/metric.ts'
import type { Reply } from '../../redis/command.ts'
import { readPairs } from '../../redis/names-and-values.ts'
import { redisError } from '../../redis/redis-error.ts'
import { inSlices } from '../../yielding.ts'
import type { Collector, Poll } from '../collector.ts'
import { readList } from '../reading/read-list.ts'

const since = 'Redis 7.0, Valkey'

const links = newer(
  gauge('cluster_links', 'Links of the cluster bus, to other nodes and from them (CLUSTER LINKS)', [
    'direction',
  ]),
  since,
  'live: Redis 7.0.15',
)

interface Row {
  readonly field: string
  readonly metric: Metric<never, never>
  /** What becomes of two values. */
  readonly combine: (one: number, other: number) => number
  readonly divisor: number
}

function row(field: string, combine: Row['combine'], name: string, help: string, divisor = 1): Row {
  const metric = gauge(`cluster_links_${name}`, `${help} (CLUSTER LINKS: ${field})`)
  return { field, combine, metric: newer(metric, since, 'live: Redis 7.0.15'), divisor }
}

const sum: Row['combine'] = (one, other) => one + other
const allocated = 'send-buffer-allocated'
const used = 'send-buffer-used'
const created = 'create-time'

// A link that breaks comes back as a new one: the age tells of it, by the clock of the server.
const rows: readonly Row[] = [
  row(allocated, sum, 'send_buffer_allocated_bytes', 'Memory of the send buffers of all links'),
  row(
    allocated,
    Math.max,
    'largest_send_buffer_allocated_bytes',
    'Memory of the largest send buffer of a link',
  ),
  row(used, sum, 'send_buffer_used_bytes', 'What waits in the send buffers of all links'),
  row(used, Math.max, 'largest_send_buffer_used_bytes', 'What waits in the fullest send buffer'),
  row(created, Math.min, 'oldest_created_timestamp_seconds', 'When the oldest link was made', 1e3),
  row(created, Math.max, 'newest_created_timestamp_seconds', 'When the newest link was made', 1e3),
]

const directions = ['to', 'from']

export const clusterLinks: Collector = {
  name: 'cluster-links',
  help: 'the links of a node to the others of its cluster, summed up, from CLUSTER LINKS',
  metrics: [links, ...rows.map(({ metric }) => metric)],
  commands: ['cluster|links'],
  optIn: true,
  cost: '15 microseconds of Redis for each poll in a cluster of 8 nodes; 8 series',
  appliesTo: ({ clusterEnabled, knows }) => clusterEnabled && knows('cluster|links'),
  async collect(poll) {
    const all = await readLinks(await poll.read('CLUSTER', 'LINKS'))
    const counts = directions.map((direction) => {
      const count = all.filter((link) => link.get('direction') === direction).length
      return sample(links, count, { direction })
    })
    return [...counts, ...(await readList(poll, rows, (one) => combined(all, one, poll.reject)))]
  },
}

type Link = ReadonlyMap<string, Reply>

async function readLinks(reply: Reply): Promise<readonly Link[]> {
  if (!Array.isArray(reply)) throw redisError('parse', 'the reply of CLUSTER LINKS is not a list')
  const links: Link[] = []
  await inSlices(reply, (link: Reply) => void links.push(readPairs(link)))
  return links
}

function combined(
  all: readonly Link[],
  { field, metric, combine, divisor }: Row,
  reject: Poll['reject'],
): readonly Sample[] {
  let value: number | undefined
  for (const link of all) {
    const own = link.get(field)
    if (typeof own === 'number') value = value === undefined ? own : combine(value, own)
    else if (own !== undefined) reject(field, String(own))
  }
  // Without any link there is nothing to be sent, and no time at which one was made.
  if (value === undefined && all.length === 0 && combine === sum) value = 0
  return value === undefined ? [] : [sample(metric, value / divisor)]
}
