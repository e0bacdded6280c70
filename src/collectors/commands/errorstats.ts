import { counter, gauge, newer, sample } from '../../metrics/metric.ts'
import { readNumber } from '../../metrics/read-value.ts'
import { parseNameValueList } from '../../redis/names-and-values.ts'
import { infoCollector, lineList } from '../reading/info-parts.ts'
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

/** What stands in the place of all errors, and is none, once there were too many kinds. */
const disabledError = 'ERRORSTATS_DISABLED'

export const errorstats = infoCollector({
  name: 'errorstats',
  help: 'error replies by kind, from INFO errorstats',
  parts: [
    lineList({
      section: 'errorstats',
      name: /^errorstat_(.*)$/,
      metrics: [errors, disabled],
      reader:
        ({ reject }) =>
        ([field, err = ''], text) => {
          if (err === disabledError) return [sample(disabled, 1)]
          const count = parseNameValueList(text).get('count') ?? ''
          return readSample(reject, field, count, readNumber, (value) =>
            sample(errors, value, { err }),
          )
        },
    }),
  ],
})
