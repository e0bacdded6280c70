import { counter, type Sample, sample } from '../metrics/metric.ts'
import { readNumber } from '../metrics/read-value.ts'
import { parseNameValueList } from '../redis/name-value-list.ts'
import type { Collector } from './collector.ts'
import { readSample } from './read-sample.ts'

const errors = counter(
  'errors_total',
  'Error replies by their first word (INFO errorstats: count)',
  ['err'],
)

const prefix = 'errorstat_'

export const errorstats: Collector = {
  name: 'errorstats',
  help: 'error replies by kind, from INFO errorstats',
  metrics: [errors],
  async collect(poll) {
    const samples: Sample[] = []
    for (const [field, text] of (await poll.info()).sections.get('errorstats') ?? []) {
      if (!field.startsWith(prefix)) continue
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
