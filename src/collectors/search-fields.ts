import { gauge, newer, type Sample, sample } from '../metrics/metric.ts'
import { readNumber } from '../metrics/read-value.ts'
import { parseNameValueList } from '../redis/name-value-list.ts'
import type { Collector } from './collector.ts'
import { readSample } from './read-sample.ts'

const fields = newer(
  gauge(
    'search_fields',
    'Fields of all indexes by their type and attribute (INFO modules: search_fields_*)',
    ['type', 'attribute'],
  ),
  'RediSearch 2.6',
  'recorded',
)
const errors = newer(
  gauge(
    'search_fields_index_errors',
    'Documents that could not be indexed for a field of the type (INFO modules: search_fields_* IndexErrors)',
    ['type'],
  ),
  'RediSearch 2.10',
  'documented',
)

export const searchFields: Collector = {
  name: 'search-fields',
  help: 'fields of search indexes by type and attribute, from INFO everything',
  metrics: [fields, errors],
  isWanted: ({ includeModulesMetrics }) => includeModulesMetrics,
  async collect(poll) {
    const samples: Sample[] = []
    // search_fields_text:Text=2,Sortable=1,IndexErrors=0, in a section that has had several names.
    for (const [field, text] of (await poll.info()).anywhere) {
      const type = /^search_fields_([a-z]+)$/.exec(field)?.[1]
      if (type === undefined) continue
      for (const [attribute, value] of parseNameValueList(text))
        samples.push(
          ...readSample(poll.reject, `${field} ${attribute}`, value, readNumber, (number) =>
            attribute === 'IndexErrors'
              ? sample(errors, number, { type })
              : sample(fields, number, { type, attribute }),
          ),
        )
    }
    return samples
  },
}
