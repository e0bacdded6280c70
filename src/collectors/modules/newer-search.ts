import { newerRows, rowsOf } from '../reading/info-table.ts'

const { gauge } = rowsOf('modules')

/** The fields of the search module that came with its later releases. */
export const newerSearch = [
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
