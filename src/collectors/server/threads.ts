import { counter, gauge, newer } from '../../metrics/metric.ts'
import { metricsOf, type PartRow, readLine } from '../reading/info-lines.ts'
import { infoCollector, lineList } from '../reading/info-parts.ts'

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

export const threads = infoCollector({
  name: 'threads',
  help: 'clients, reads and writes of each I/O thread, from INFO threads',
  parts: [
    lineList({
      section: 'threads',
      name: /^io_thread_(\d+)$/,
      metrics: metricsOf(parts),
      reader:
        ({ reject }) =>
        ([field, thread = ''], text) =>
          readLine(field, text, parts, { thread }, reject),
    }),
  ],
})
