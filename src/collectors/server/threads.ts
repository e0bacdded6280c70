import { counter, gauge, newer } from '../../metrics/metric.ts'
import type { Collector } from '../collector.ts'
import { metricsOf, type PartRow, readLine } from '../reading/info-lines.ts'
import { readLines } from '../reading/read-list.ts'

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

const threadField = /^io_thread_\d+$/

export const threads: Collector = {
  name: 'threads',
  help: 'clients, reads and writes of each I/O thread, from INFO threads',
  metrics: metricsOf(parts),
  async collect(poll) {
    const section = (await poll.info()).sections.get('threads')
    return readLines(
      poll,
      section,
      (field) => threadField.test(field),
      ([field, text]) => {
        const thread = field.slice('io_thread_'.length)
        return readLine(field, text, parts, { thread }, poll.reject)
      },
    )
  },
}
