import { counter, gauge, newer, type Sample, sample } from '../metrics/metric.ts'
import { readNumber } from '../metrics/read-value.ts'
import { parseNameValueList } from '../redis/name-value-list.ts'
import type { Collector } from './collector.ts'
import { readSample } from './read-sample.ts'

const errors = counter(
  'errors_total',
  'Error replies by their first word (INFO errorstats: count)',
  ['err'],
)

const disabled = newer(
  gauge(
    'errorstats_disabled',
    'That the server has stopped to tell errors apart, for there were too many kinds; always 1 (INFO errorstats: ERRORSTATS_DISABLED)',
  ),
  'Redis 7.4',
  'recorded',
)

const prefix = 'errorstat_'
/** What stands in the place of all errors, and is none, once there were too many kinds. */
const disabledLine = 'errorstat_ERRORSTATS_DISABLED'

export const errorstats: Collector = {
  name: 'errorstats',
  help: 'error replies by kind, from INFO errorstats',
  metrics: [errors, disabled],
  async collect(poll) {
    const samples: Sample[] = []
    for (const [field, text] of (await poll.info()).sections.get('errorstats') ?? []) {
      if (field === disabledLine) samples.push(sample(disabled, 1))
      if (!field.startsWith(prefix) || field === disabledLine) continue
      const count = parseNameValueList(text).get('count') ?? ''
      samples.push(
        ...readSample(poll.reject, field, count, readNumber, (value) =>
          sample(errors, value, { err: field.slice(prefix.length) }),
        ),
      )
    }
    return samples
  },
}
