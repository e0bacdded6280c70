import { counter, gauge, newer, sample } from '../../metrics/metric.ts'
import { readNumber } from '../../metrics/read-value.ts'
import { parseNameValueList } from '../../redis/name-value-list.ts'
import type { Collector } from '../collector.ts'
import { readLines } from '../reading/read-list.ts'
import { readSample } from '../reading/read-sample.ts'

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
    const section = (await poll.info()).sections.get('errorstats')
    return readLines(
      poll,
      section,
      (field) => field.startsWith(prefix),
      ([field, text]) => {
        if (field === disabledLine) return [sample(disabled, 1)]
        const count = parseNameValueList(text).get('count') ?? ''
        return readSample(poll.reject, field, count, readNumber, (value) =>
          sample(errors, value, { err: field.slice(prefix.length) }),
        )
      },
    )
  },
}
