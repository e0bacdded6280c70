import { newerRows, rowsOf } from '../reading/info-table.ts'

const { gauge, counter } = rowsOf('modules')

/** What the search module tells of queries, of the cursors that hold their results, and of the threads that answer. */
export const searchQueries = [
  gauge('search_global_idle', 'search_global_idle', 'Cursors that are idle'),
  gauge('search_global_total', 'search_global_total', 'Cursors'),
  gauge(
    'search_number_of_active_indexes_running_queries',
    'search_number_of_active_indexes_running_queries',
    'Indexes that run queries',
  ),
  gauge('search_global_idle_user', 'search_global_idle_user', 'Cursors of users that are idle'),
  gauge(
    'search_global_idle_internal',
    'search_global_idle_internal',
    'Internal cursors that are idle',
  ),
  gauge('search_global_total_user', 'search_global_total_user', 'Cursors of users'),
  gauge('search_global_total_internal', 'search_global_total_internal', 'Internal cursors'),
  gauge('search_query_queue_size', 'search_query_queue_size', 'Queries that wait'),
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
  counter('search_writer_resumed_cnt', 'search_writer_resumed_count', 'Times the writers went on'),
  counter('search_reader_resumed_cnt', 'search_reader_resumed_count', 'Times the readers went on'),
  counter(
    'search_writer_suspension_expired_cnt',
    'search_writer_suspension_expired_count',
    'Times a suspension of the writers ran out',
  ),
  counter(
    'search_successful_requests_count',
    'search_successful_requests_count',
    'Requests that succeeded',
  ),
  counter('search_failure_requests_count', 'search_failure_requests_count', 'Requests that failed'),
  gauge('search_dialect_1', 'search_dialect_1', 'Whether a query used dialect 1'),
  gauge('search_dialect_2', 'search_dialect_2', 'Whether a query used dialect 2'),
  gauge('search_dialect_3', 'search_dialect_3', 'Whether a query used dialect 3'),
  gauge('search_dialect_4', 'search_dialect_4', 'Whether a query used dialect 4'),
  ...newerRows('RediSearch 8.0', 'documented', [
    gauge(
      'search_cursors_internal_idle',
      'search_cursors_internal_idle',
      'Internal cursors that hold results',
    ),
    gauge(
      'search_cursors_user_idle',
      'search_cursors_user_idle',
      'Cursors of users that hold results',
    ),
    gauge('search_cursors_internal_active', 'search_cursors_internal_active', 'Internal cursors'),
    gauge('search_cursors_user_active', 'search_cursors_user_active', 'Cursors of users'),
  ]),
  ...newerRows('RediSearch 8.2.3, 8.4.2', 'documented', [
    gauge('search_active_io_threads', 'search_active_io_threads', 'I/O threads at work'),
    gauge('search_active_worker_threads', 'search_active_worker_threads', 'Worker threads at work'),
    gauge(
      'search_active_coord_threads',
      'search_active_coord_threads',
      'Coordinator threads at work',
    ),
    gauge(
      'search_workers_low_priority_pending_jobs',
      'search_workers_low_priority_pending_jobs',
      'Jobs of low priority that wait for a worker thread',
    ),
    gauge(
      'search_workers_high_priority_pending_jobs',
      'search_workers_high_priority_pending_jobs',
      'Jobs of high priority that wait for a worker thread',
    ),
    gauge(
      'search_workers_admin_priority_pending_jobs',
      'search_workers_admin_priority_pending_jobs',
      'Administrative jobs that wait for a worker thread',
    ),
    gauge(
      'search_coord_high_priority_pending_jobs',
      'search_coord_high_priority_pending_jobs',
      'Jobs that wait for a coordinator thread',
    ),
  ]),
]
