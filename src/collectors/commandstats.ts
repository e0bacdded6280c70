import { counter, type Metric, type Sample, sample } from '../metrics/metric.ts'
import { dividedBy, type ReadValue, readNumber } from '../metrics/read-value.ts'
import { parseNameValueList } from '../redis/name-value-list.ts'
import type { Collector } from './collector.ts'
import { readSample } from './read-sample.ts'

const source = (part: string) => `(INFO commandstats: ${part})`

const parts: readonly { part: string; metric: Metric<'cmd', never>; read: ReadValue }[] = [
  {
    part: 'calls',
    metric: counter('commands_total', `Calls of a command ${source('calls')}`, ['cmd']),
    read: readNumber,
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
    read: readNumber,
  },
  {
    part: 'failed_calls',
    metric: counter(
      'commands_failed_calls_total',
      `Calls that ran and failed ${source('failed_calls')}`,
      ['cmd'],
    ),
    read: readNumber,
  },
]

const prefix = 'cmdstat_'

export const commandstats: Collector = {
  name: 'commandstats',
  help: 'calls, time and failures of each command, from INFO commandstats',
  metrics: parts.map(({ metric }) => metric),
  async collect(poll) {
    const samples: Sample[] = []
    for (const [field, text] of (await poll.info()).sections.get('commandstats') ?? []) {
      if (!field.startsWith(prefix)) continue
      const values = parseNameValueList(text)
      for (const { part, metric, read } of parts) {
        samples.push(
          ...readSample(poll.reject, `${field} ${part}`, values.get(part), read, (value) =>
            sample(metric, value, { cmd: field.slice(prefix.length) }),
          ),
        )
      }
    }
    return samples
  },
}
