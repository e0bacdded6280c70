import { counter, newer } from '../../metrics/metric.ts'
import { dividedBy } from '../../metrics/read-value.ts'
import { metricsOf, type PartRow, readLine } from '../reading/info-lines.ts'
import { infoCollector, lineList } from '../reading/info-parts.ts'

const source = (part: string) => `(INFO commandstats: ${part})`

const parts: readonly PartRow<'cmd'>[] = [
  {
    part: 'calls',
    metric: counter('commands_total', `Calls of a command ${source('calls')}`, ['cmd']),
  },
  {
    part: 'usec',
    metric: counter(
      'commands_duration_seconds_total',
      `Time spent on a command ${source('usec')}`,
      ['cmd'],
    ),
    read: dividedBy(1e6),
  },
  {
    part: 'rejected_calls',
    metric: counter(
      'commands_rejected_calls_total',
      `Calls refused before they ran ${source('rejected_calls')}`,
      ['cmd'],
    ),
  },
  {
    part: 'failed_calls',
    metric: counter(
      'commands_failed_calls_total',
      `Calls that ran and failed ${source('failed_calls')}`,
      ['cmd'],
    ),
  },
  {
    part: 'slowlog_count',
    metric: newer(
      counter('commands_slowlog_total', `Calls that were slow ${source('slowlog_count')}`, ['cmd']),
      'Redis 8.8',
      'documented',
    ),
  },
  {
    part: 'slowlog_time_ms_sum',
    metric: newer(
      counter(
        'commands_slowlog_seconds_total',
        `Time spent on calls that were slow ${source('slowlog_time_ms_sum')}`,
        ['cmd'],
      ),
      'Redis 8.8',
      'documented',
    ),
    read: dividedBy(1e3),
  },
]

export const commandstats = infoCollector({
  name: 'commandstats',
  help: 'calls, time and failures of each command, from INFO commandstats',
  parts: [
    lineList({
      section: 'commandstats',
      name: /^cmdstat_(.*)$/,
      metrics: metricsOf(parts),
      reader:
        ({ reject }) =>
        ([field, cmd = ''], text) =>
          readLine(field, text, parts, { cmd }, reject),
    }),
  ],
})
