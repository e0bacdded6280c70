import { dividedBy } from '../../metrics/read-value.ts'
import { newerRows, rowsOf } from '../reading/info-table.ts'

const { gauge, counter } = rowsOf('stats')

/** What INFO stats tells of the process: its event loop, threads and forks. */
export const statsOfThreads = [
  gauge(
    'latest_fork_usec',
    'latest_fork_seconds',
    'How long the last fork took; 0 before the first',
    dividedBy(1e6),
  ),
  counter('total_reads_processed', 'total_reads_processed', 'Reads from clients'),
  counter('total_writes_processed', 'total_writes_processed', 'Writes to clients'),
  counter(
    'io_threaded_reads_processed',
    'io_threaded_reads_processed',
    'Reads done by I/O threads',
  ),
  counter(
    'io_threaded_writes_processed',
    'io_threaded_writes_processed',
    'Writes done by I/O threads',
  ),
  counter('eventloop_cycles', 'eventloop_cycles_total', 'Cycles of the event loop'),
  counter(
    'eventloop_duration_sum',
    'eventloop_duration_sum_usec_total',
    'Microseconds spent in the event loop',
  ),
  counter(
    'eventloop_duration_cmd_sum',
    'eventloop_duration_cmd_sum_usec_total',
    'Microseconds spent on commands in the event loop',
  ),
  gauge(
    'instantaneous_eventloop_cycles_per_sec',
    'instantaneous_eventloop_cycles_per_sec',
    'Cycles of the event loop per second of late',
  ),
  gauge(
    'instantaneous_eventloop_duration_usec',
    'instantaneous_eventloop_duration_usec',
    'Microseconds per cycle of the event loop of late',
  ),
  gauge('long_lock_waits', 'long_lock_waits_total', 'Long waits for the global lock, on KeyDB'),
  ...newerRows('Redis 6.2', 'live: Redis 7.0.15', [counter('total_forks', 'forks_total', 'Forks')]),
  ...newerRows('Redis 8.0, Valkey 8.0', 'live: Redis 8.6.3, Valkey 9.1.2', [
    counter(
      'io_threaded_total_prefetch_batches',
      'io_threaded_prefetch_batches_total',
      'Batches of keys prefetched',
    ),
    counter(
      'io_threaded_total_prefetch_entries',
      'io_threaded_prefetch_entries_total',
      'Keys prefetched',
    ),
  ]),
  ...newerRows('Valkey 8.0', 'live: Valkey 9.1.2', [
    counter(
      'io_threaded_poll_processed',
      'io_threaded_poll_processed_total',
      'Polls of the network done by I/O threads',
    ),
    counter(
      'io_threaded_freed_objects',
      'io_threaded_freed_objects_total',
      'Objects freed by I/O threads',
    ),
  ]),
  ...newerRows('Valkey 8.1', 'live: Valkey 9.1.2', [
    counter(
      'io_threaded_accept_processed',
      'io_threaded_accept_processed_total',
      'Connections accepted by I/O threads',
    ),
  ]),
  ...newerRows('Redis 8.8', 'documented', [
    counter(
      'total_client_processing_events',
      'client_processing_events_total',
      'Times that commands of a client were processed',
    ),
    counter(
      'eventloop_cycles_with_clients_processing',
      'eventloop_cycles_with_clients_processing_total',
      'Cycles of the event loop that processed commands',
    ),
    {
      ...counter(
        'commands_per_parse_batch_sum',
        'parse_batch_commands_total',
        'Commands that were parsed, in batches',
      ),
      olderField: 'avg_pipeline_length_sum',
    },
    {
      ...counter(
        'commands_per_parse_batch_cnt',
        'parse_batches_total',
        'Batches in which commands were parsed',
      ),
      olderField: 'avg_pipeline_length_cnt',
    },
  ]),
]
