import { counter, gauge, type Metric, type Sample, sample } from '../../metrics/metric.ts'
import { type ReadValue, readNumber } from '../../metrics/read-value.ts'
import { flag, regularExpression } from '../../options/value-kinds.ts'
import type { Reply } from '../../redis/command.ts'
import { pairsIn } from '../../redis/names-and-values.ts'
import { isRedisError, redisError } from '../../redis/redis-error.ts'
import { inSlices } from '../../yielding.ts'
import { collector, type Poll } from '../collector.ts'
import { readSample } from '../reading/read-sample.ts'

interface Row {
  readonly field: string
  readonly metric: Metric<'index_name', never>
  readonly read?: ReadValue
}

function row(field: string, name: string, help: string, read?: ReadValue): Row {
  const metric = gauge(`search_index_${name}`, `${help} (FT.INFO: ${field})`, ['index_name'])
  return { field, metric, ...(read ? { read } : {}) }
}

const rows: readonly Row[] = [
  row('num_docs', 'num_docs', 'Documents in the index'),
  row('max_doc_id', 'max_doc_id', 'The highest id that a document got'),
  row('num_terms', 'num_terms', 'Distinct terms'),
  row('num_records', 'num_records', 'Records'),
  row('inverted_sz_mb', 'inverted_size_bytes', 'Memory of the inverted index', readMegabytes),
  row('total_inverted_index_blocks', 'total_inverted_index_blocks', 'Blocks of inverted indexes'),
  row('vector_index_sz_mb', 'vector_index_size_bytes', 'Memory of vectors', readMegabytes),
  row(
    'offset_vectors_sz_mb',
    'offset_vectors_size_bytes',
    'Memory of the positions of terms',
    readMegabytes,
  ),
  row(
    'doc_table_size_mb',
    'doc_table_size_bytes',
    'Memory of the table of documents',
    readMegabytes,
  ),
  row(
    'sortable_values_size_mb',
    'sortable_values_size_bytes',
    'Memory of values to sort by',
    readMegabytes,
  ),
  row('key_table_size_mb', 'key_table_size_bytes', 'Memory of the table of keys', readMegabytes),
  row(
    'tag_overhead_sz_mb',
    'tag_overhead_size_bytes',
    'Overhead of tag fields in memory',
    readMegabytes,
  ),
  row(
    'text_overhead_sz_mb',
    'text_overhead_size_bytes',
    'Overhead of text fields in memory',
    readMegabytes,
  ),
  row(
    'total_index_memory_sz_mb',
    'total_index_memory_size_bytes',
    'Memory of the whole index',
    readMegabytes,
  ),
  row('geoshapes_sz_mb', 'geoshapes_size_bytes', 'Memory of shapes', readMegabytes),
  row('records_per_doc_avg', 'avg_per_doc_records', 'Records for each document on average'),
  row('bytes_per_record_avg', 'avg_per_record_bytes', 'Bytes of a record on average'),
  row('offsets_per_term_avg', 'avg_per_term_offsets', 'Positions of a term on average'),
  row(
    'offset_bits_per_record_avg',
    'avg_per_record_offset_bits',
    'Bits for the positions of a record on average',
  ),
  row('indexing', 'indexing', 'Whether documents are being indexed'),
  row('percent_indexed', 'percent_indexed', 'Share of the documents that is indexed; 1 is all'),
  row('hash_indexing_failures', 'hash_indexing_failures', 'Documents that could not be indexed'),
  {
    field: 'number_of_uses',
    metric: counter(
      'search_index_number_of_uses_total',
      'How often the index was used (FT.INFO: number_of_uses)',
      ['index_name'],
    ),
  },
  row('cleaning', 'cleaning', 'Whether the index is being deleted'),
]

const group = 'Keys, streams and scripts'
const ofSearch = 'Redis with search indexes'

export const searchIndexes = collector({
  name: 'search-indexes',
  help: 'indexes of the search module, from FT._LIST and FT.INFO, with --include-search-indexes-metrics (tested with RediSearch 2.10, otherwise with documented replies)',
  metrics: rows.map(({ metric }) => metric),
  schedule: 'slow',
  commands: ['ft._list', 'ft.info'],
  newerCommands: { 'ft._list': ofSearch, 'ft.info': ofSearch },
  options: {
    includeSearchIndexes: {
      flags: ['include-search-indexes-metrics'],
      env: ['REDIS_EXPORTER_INCL_SEARCH_INDEXES_METRICS'],
      scope: 'target',
      group: group,
      help: 'Export what the search module tells of its indexes',
      kind: flag,
      default: 'false',
    },
    checkSearchIndexes: {
      flags: ['check-search-indexes'],
      env: ['REDIS_EXPORTER_CHECK_SEARCH_INDEXES'],
      scope: 'target',
      group: group,
      needs: ['include-search-indexes-metrics'],
      help: 'Regular expression that the name of such an index must match',
      kind: regularExpression,
      default: '.*',
    },
  },
  example: { includeSearchIndexes: 'true' },
  isWanted: ({ includeSearchIndexes }) => includeSearchIndexes,
  appliesTo: (server) => server.knows('ft._list'),
  async collect(poll) {
    const { checkSearchIndexes } = poll.settings
    const names = await readNames(await poll.read('FT._LIST'), checkSearchIndexes)
    // What cannot be served need not be asked for.
    const asked = names.slice(0, Math.ceil(poll.room() / rows.length))
    poll.leaveOut((names.length - asked.length) * rows.length)
    return (await Promise.all(asked.map((name) => readIndex(poll, name)))).flatMap(poll.take)
  },
})

async function readNames(
  reply: Reply,
  wanted: { test(name: string): boolean },
): Promise<readonly string[]> {
  if (!Array.isArray(reply)) throw redisError('parse', 'the reply of FT._LIST is not a list')
  const names = new Set<string>()
  await inSlices(reply, (name: Reply) => {
    if (typeof name === 'string' && wanted.test(name)) names.add(name)
  })
  return [...names]
}

async function readIndex(poll: Poll, name: string): Promise<readonly Sample[]> {
  const reply = await readUnlessGone(poll, name)
  const values = readValues(reply)
  return rows.flatMap(({ field, metric, read = readNumber }) =>
    readSample(poll.reject, field, values.get(field), read, (value) =>
      sample(metric, value, { index_name: name }),
    ),
  )
}

// An index that was deleted since the list was read costs its own series only.
async function readUnlessGone(poll: Poll, name: string): Promise<Reply> {
  try {
    return await poll.read('FT.INFO', name)
  } catch (error) {
    if (!isRedisError(error) || error.reason !== 'other') throw error
    poll.reject('FT.INFO', error.message)
    return []
  }
}

// Name and value by turns, where a value may be a list of further ones, as of gc_stats.
function readValues(reply: Reply): ReadonlyMap<string, string> {
  if (!Array.isArray(reply)) throw redisError('parse', 'the reply of FT.INFO is not a list')
  const values = new Map<string, string>()
  for (const [name, value] of pairsIn<Reply>(reply))
    if (typeof value === 'string' || typeof value === 'number') values.set(name, `${value}`)
  return values
}

function readMegabytes(text: string): number | undefined {
  const value = readNumber(text)
  return value === undefined ? undefined : value * 1024 * 1024
}
