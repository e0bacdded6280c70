import { fieldTable, infoCollector } from '../reading/info-parts.ts'
import { newerRows, rowsOf } from '../reading/info-table.ts'
import { ofModules } from './modules.ts'
import { searchQueries } from './search-queries.ts'
import { searchVectors } from './search-vectors.ts'

// The modules put their fields into several sections of their own, each led by its prefix.
const { gauge, counter } = rowsOf('modules')

const searchOfIndexes = [
  gauge('search_number_of_indexes', 'search_number_of_indexes', 'Indexes'),
  gauge('search_used_memory_indexes', 'search_used_memory_indexes_bytes', 'Memory of all indexes'),
  gauge('search_bytes_collected', 'search_collected_bytes', 'Memory freed by garbage collection'),
  gauge('search_number_of_active_indexes', 'search_number_of_active_indexes', 'Indexes at work'),
  gauge(
    'search_number_of_active_indexes_indexing',
    'search_number_of_active_indexes_indexing',
    'Indexes that index documents',
  ),
  gauge(
    'search_total_active_write_threads',
    'search_total_active_write_threads',
    'Threads that write to an index',
  ),
  gauge(
    'search_total_num_docs_in_indexes',
    'search_total_num_docs_in_indexes',
    'Documents in all indexes',
  ),
  gauge(
    'search_smallest_memory_index',
    'search_smallest_memory_index_bytes',
    'Memory of the smallest index',
  ),
  gauge(
    'search_largest_memory_index',
    'search_largest_memory_index_bytes',
    'Memory of the largest index',
  ),
  gauge(
    'search_gc_bytes_collected',
    'search_gc_collected_bytes',
    'Memory freed by garbage collection',
  ),
  gauge(
    'search_gc_total_docs_not_collected',
    'search_gc_total_docs_not_collected',
    'Deleted documents that are not collected yet',
  ),
  gauge(
    'search_errors_indexing_failures',
    'search_errors_indexing_failures',
    'Documents that could not be indexed',
  ),
  gauge('search_used_memory_bytes', 'search_used_memory_bytes', 'Memory of the search module'),
  gauge('search_number_of_attributes', 'search_number_of_attributes', 'Attributes of all indexes'),
  gauge(
    'search_total_indexed_documents',
    'search_total_indexed_documents',
    'Documents that are indexed',
  ),
  gauge('search_writer_queue_size', 'search_writer_queue_size', 'Writes that wait'),
  gauge(
    'search_string_interning_store_size',
    'search_string_interning_store_size',
    'Strings that are shared',
  ),
  counter(
    'search_total_indexing_time',
    'search_indexing_time_ms_total',
    'Milliseconds spent on indexing',
  ),
  counter('search_total_cycles', 'search_cycles_total', 'Runs of garbage collection'),
  counter('search_total_ms_run', 'search_run_ms_total', 'Milliseconds spent on garbage collection'),
  counter('search_gc_total_cycles', 'search_gc_cycles_total', 'Runs of garbage collection'),
  counter(
    'search_gc_total_ms_run',
    'search_gc_run_ms_total',
    'Milliseconds spent on garbage collection',
  ),
  counter(
    'search_rdb_load_success_cnt',
    'search_rdb_load_success_count',
    'Indexes loaded from a snapshot',
  ),
  counter(
    'search_rdb_load_failure_cnt',
    'search_rdb_load_failure_count',
    'Indexes that could not be loaded from a snapshot',
  ),
  counter(
    'search_rdb_save_success_cnt',
    'search_rdb_save_success_count',
    'Indexes saved to a snapshot',
  ),
  counter(
    'search_rdb_save_failure_cnt',
    'search_rdb_save_failure_count',
    'Indexes that could not be saved to a snapshot',
  ),
  ...newerRows('RediSearch 2.6', 'documented', [
    gauge(
      'search_errors_for_index_with_max_failures',
      'search_errors_for_index_with_max_failures',
      'Documents that could not be indexed, of the index with the most of them',
    ),
    gauge(
      'search_OOM_indexing_failures_indexes_count',
      'search_oom_indexing_failures_indexes',
      'Indexes that could not be built for want of memory',
    ),
  ]),
]

export const search = infoCollector({
  ...ofModules,
  name: 'search',
  help: 'indexes, memory and queries of the search modules, from INFO everything, with --include-modules-metrics',
  parts: [searchOfIndexes, searchQueries, searchVectors].map(fieldTable),
})
