import { expect, test } from 'vitest'
import { searchFields } from '../../../src/collectors/modules/search-fields.ts'
import { collected, fakePoll } from '../../support/fake-poll.ts'
import { unindented } from '../../support/unindented.ts'

// Recorded from RediSearch 2.10.5, the errors after its documentation.
test('fields of all indexes by type and attribute, apart from their errors', async () => {
  const info = unindented`
    # search_fields_statistics
    search_fields_text:Text=1,Sortable=1,IndexErrors=4
    search_fields_vector:Vector=1,Flat=1
    search_fields_x_y:Text=1
  `

  expect(await collected(searchFields, { info })).toBe(unindented`
    # TYPE redis_search_fields gauge
    redis_search_fields{type="text",attribute="Text"} 1
    redis_search_fields{type="text",attribute="Sortable"} 1
    redis_search_fields{type="vector",attribute="Vector"} 1
    redis_search_fields{type="vector",attribute="Flat"} 1
    # TYPE redis_search_fields_index_errors gauge
    redis_search_fields_index_errors{type="text"} 4
  `)
})

test('a count that is no number is rejected', async () => {
  const poll = fakePoll({ info: '# search_fields\nsearch_fields_tag:Tag=many\n' })

  expect(await searchFields.collect(poll)).toEqual([])
  expect(poll.rejected).toEqual(['search_fields_tag Tag: many'])
})
