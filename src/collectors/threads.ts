import { counter, gauge, newer, type Sample } from '../metrics/metric.ts'
import { parseNameValueList } from '../redis/name-value-list.ts'
import type { Collector } from './collector.ts'
import { metricsOf, type PartRow, readParts } from './info-lines.ts'

const source = (part: string) => `(INFO threads: io_thread_N ${part})`

const parts: readonly PartRow<'thread'>[] = [
  {
    part: 'clients',
    metric: gauge('io_thread_clients', `Clients of an I/O thread ${source('clients')}`, ['thread']),
  },
  {
    part: 'reads',
    metric: counter('io_thread_reads_total', `Reads by an I/O thread ${source('reads')}`, [
      'thread',
    ]),
  },
  {
    part: 'writes',
    metric: counter('io_thread_writes_total', `Writes by an I/O thread ${source('writes')}`, [
      'thread',
    ]),
  },
].map((row) => ({ ...row, metric: newer(row.metric, 'Redis 8.0', 'live: Redis 8.6.3') }))

export const threads: Collector = {
  name: 'threads',
  help: 'clients, reads and writes of each I/O thread, from INFO threads',
  metrics: metricsOf(parts),
  async collect(poll) {
    const samples: Sample[] = []
    for (const [field, text] of (await poll.info()).sections.get('threads') ?? []) {
      const thread = /^io_thread_(\d+)$/.exec(field)?.[1]
      if (thread === undefined) continue
      samples.push(...readParts(field, parseNameValueList(text), parts, { thread }, poll.reject))
    }
    return samples
  },
}
