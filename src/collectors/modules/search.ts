import { infoTableCollector, rowsOf } from '../reading/info-table.ts'
import { ofModules } from './modules.ts'
import { newerSearch } from './newer-search.ts'

// The modules put their fields into several sections of their own, each led by its prefix.
const { gauge, counter } = rowsOf('modules')

export const search = infoTableCollector({
  name: 'search',
  help: 'indexes, memory and queries of the search modules, from INFO everything, with --include-modules-metrics',
  rows: [
    gauge('search_number_of_indexes', 'search_number_of_indexes', 'Indexes'),
    gauge(
      'search_used_memory_indexes',
      'search_used_memory_indexes_bytes',
      'Memory of all indexes',
    ),
    gauge('search_global_idle', 'search_global_idle', 'Cursors that are idle'),
    gauge('search_global_total', 'search_global_total', 'Cursors'),
    gauge('search_bytes_collected', 'search_collected_bytes', 'Memory freed by garbage collection'),
    gauge('search_number_of_active_indexes', 'search_number_of_active_indexes', 'Indexes at work'),
    gauge(
      'search_number_of_active_indexes_running_queries',
      'search_number_of_active_indexes_running_queries',
      'Indexes that run queries',
    ),
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
      'search_used_memory_vector_index',
      'search_used_memory_vector_index_bytes',
      'Memory of vector indexes',
    ),
    gauge('search_global_idle_user', 'search_global_idle_user', 'Cursors of users that are idle'),
    gauge(
      'search_global_idle_internal',
      'search_global_idle_internal',
      'Internal cursors that are idle',
    ),
    gauge('search_global_total_user', 'search_global_total_user', 'Cursors of users'),
    gauge('search_global_total_internal', 'search_global_total_internal', 'Internal cursors'),
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
      'search_gc_marked_deleted_vectors',
      'search_gc_marked_deleted_vectors',
      'Vectors marked as deleted',
    ),
    gauge(
      'search_errors_indexing_failures',
      'search_errors_indexing_failures',
      'Documents that could not be indexed',
    ),
    gauge('search_used_memory_bytes', 'search_used_memory_bytes', 'Memory of the search module'),
    gauge(
      'search_number_of_attributes',
      'search_number_of_attributes',
      'Attributes of all indexes',
    ),
    gauge(
      'search_total_indexed_documents',
      'search_total_indexed_documents',
      'Documents that are indexed',
    ),
    gauge('search_query_queue_size', 'search_query_queue_size', 'Queries that wait'),
    gauge('search_writer_queue_size', 'search_writer_queue_size', 'Writes that wait'),
    gauge(
      'search_string_interning_store_size',
      'search_string_interning_store_size',
      'Strings that are shared',
    ),
    gauge(
      'search_vector_externing_hash_extern_errors',
      'search_vector_externing_hash_extern_errors',
      'Vectors that could not be shared with a hash',
    ),
    gauge(
      'search_vector_externing_num_lru_entries',
      'search_vector_externing_num_lru_entries',
      'Shared vectors held in the cache',
    ),
    counter(
      'search_total_indexing_time',
      'search_indexing_time_ms_total',
      'Milliseconds spent on indexing',
    ),
    counter('search_total_cycles', 'search_cycles_total', 'Runs of garbage collection'),
    counter(
      'search_total_ms_run',
      'search_run_ms_total',
      'Milliseconds spent on garbage collection',
    ),
    counter('search_gc_total_cycles', 'search_gc_cycles_total', 'Runs of garbage collection'),
    counter(
      'search_gc_total_ms_run',
      'search_gc_run_ms_total',
      'Milliseconds spent on garbage collection',
    ),
    counter(
      'search_total_queries_processed',
      'search_queries_processed_total',
      'Queries that succeeded',
    ),
    counter('search_total_query_commands', 'search_query_commands_total', 'Query commands'),
    counter(
      'search_total_query_execution_time_ms',
      'search_query_execution_time_ms_total',
      'Milliseconds spent on queries',
    ),
    counter('search_total_active_queries', 'search_active_queries_total', 'Queries under way'),
    counter(
      'search_worker_pool_suspend_cnt',
      'search_worker_pool_suspend_count',
      'Times the worker pool was suspended',
    ),
    counter(
      'search_writer_resumed_cnt',
      'search_writer_resumed_count',
      'Times the writers went on',
    ),
    counter(
      'search_reader_resumed_cnt',
      'search_reader_resumed_count',
      'Times the readers went on',
    ),
    counter(
      'search_writer_suspension_expired_cnt',
      'search_writer_suspension_expired_count',
      'Times a suspension of the writers ran out',
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
    counter(
      'search_successful_requests_count',
      'search_successful_requests_count',
      'Requests that succeeded',
    ),
    counter(
      'search_failure_requests_count',
      'search_failure_requests_count',
      'Requests that failed',
    ),
    counter(
      'search_hybrid_requests_count',
      'search_hybrid_requests_count',
      'Requests for vectors with a filter',
    ),
    counter(
      'search_inline_filtering_requests_count',
      'search_inline_filtering_requests_count',
      'Requests that filtered while they searched',
    ),
    counter(
      'search_hnsw_add_exceptions_count',
      'search_hnsw_add_exceptions_count',
      'Failures to add a vector',
    ),
    counter(
      'search_hnsw_remove_exceptions_count',
      'search_hnsw_remove_exceptions_count',
      'Failures to remove a vector',
    ),
    counter(
      'search_hnsw_modify_exceptions_count',
      'search_hnsw_modify_exceptions_count',
      'Failures to change a vector',
    ),
    counter(
      'search_hnsw_search_exceptions_count',
      'search_hnsw_search_exceptions_count',
      'Failures to search vectors',
    ),
    counter(
      'search_hnsw_create_exceptions_count',
      'search_hnsw_create_exceptions_count',
      'Failures to create a vector index',
    ),
    counter(
      'search_vector_externing_entry_count',
      'search_vector_externing_entry_count',
      'Vectors shared with a hash',
    ),
    counter(
      'search_vector_externing_generated_value_cnt',
      'search_vector_externing_generated_value_count',
      'Shared vectors that were made anew',
    ),
    counter(
      'search_vector_externing_lru_promote_cnt',
      'search_vector_externing_lru_promote_count',
      'Shared vectors moved up in the cache',
    ),
    counter(
      'search_vector_externing_deferred_entry_cnt',
      'search_vector_externing_deferred_entry_count',
      'Vectors whose sharing was put off',
    ),
    gauge('search_dialect_1', 'search_dialect_1', 'Whether a query used dialect 1'),
    gauge('search_dialect_2', 'search_dialect_2', 'Whether a query used dialect 2'),
    gauge('search_dialect_3', 'search_dialect_3', 'Whether a query used dialect 3'),
    gauge('search_dialect_4', 'search_dialect_4', 'Whether a query used dialect 4'),
    ...newerSearch,
  ],
  ...ofModules,
})
