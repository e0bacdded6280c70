import { rowsOf } from '../reading/info-table.ts'

const { gauge, counter } = rowsOf('modules')

/** What the search module tells of vectors. */
export const searchVectors = [
  gauge(
    'search_used_memory_vector_index',
    'search_used_memory_vector_index_bytes',
    'Memory of vector indexes',
  ),
  gauge(
    'search_gc_marked_deleted_vectors',
    'search_gc_marked_deleted_vectors',
    'Vectors marked as deleted',
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
]
