import { gauge, newer, sample } from '../../metrics/metric.ts'
import { readNumber } from '../../metrics/read-value.ts'
import { parseNameValueList } from '../../redis/names-and-values.ts'
import { collector } from '../collector.ts'
import { readList } from '../reading/read-list.ts'
import { readSample } from '../reading/read-sample.ts'
import { ofModules } from './modules.ts'

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

const prefix = 'search_fields_'
const fieldName = /^search_fields_[a-z]+$/

export const searchFields = collector({
  ...ofModules,
  name: 'search-fields',
  help: 'fields of search indexes by type and attribute, from INFO everything, with --include-modules-metrics',
  metrics: [fields, errors],
  async collect(poll) {
    // search_fields_text:Text=2,Sortable=1,IndexErrors=0, in a section that has had several names.
    const { anywhere } = await poll.info()
    return readList(poll, anywhere, readField, ([field]) => fieldName.test(field))

    function readField([field, text]: readonly [string, string]) {
      const type = field.slice(prefix.length)
      return [...parseNameValueList(text)].flatMap(([attribute, value]) =>
        readSample(poll.reject, `${field} ${attribute}`, value, readNumber, (number) =>
          attribute === 'IndexErrors'
            ? sample(errors, number, { type })
            : sample(fields, number, { type, attribute }),
        ),
      )
    }
  },
})
