import { readPercentage } from '../../metrics/read-value.ts'
import { infoTableCollector } from '../reading/info-parts.ts'
import { newerRows, rowsOf } from '../reading/info-table.ts'

const { gauge, counter } = rowsOf('persistence')

export const persistence = infoTableCollector({
  name: 'persistence',
  help: 'snapshots and the append-only file, from INFO persistence',
  rows: [
    gauge('loading', 'loading_dump_file', 'Whether the server is loading its data'),
    gauge('async_loading', 'async_loading', 'Whether a replica loads data while it serves the old'),
    gauge(
      'rdb_changes_since_last_save',
      'rdb_changes_since_last_save',
      'Changes since the last snapshot',
    ),
    gauge(
      'rdb_bgsave_in_progress',
      'rdb_bgsave_in_progress',
      'Whether a snapshot is being written',
    ),
    gauge(
      'rdb_last_save_time',
      'rdb_last_save_timestamp_seconds',
      'When the last snapshot was written, or else the server started',
    ),
    gauge(
      'rdb_last_bgsave_status',
      'rdb_last_bgsave_status',
      'Whether the last snapshot went well; 1 before the first',
    ),
    gauge(
      'rdb_last_bgsave_time_sec',
      'rdb_last_bgsave_duration_sec',
      'Seconds that the last snapshot took; -1 is none',
    ),
    gauge(
      'rdb_current_bgsave_time_sec',
      'rdb_current_bgsave_duration_sec',
      'Seconds since the running snapshot began; -1 is none',
    ),
    gauge('rdb_saves', 'rdb_saves_total', 'Snapshots since the start'),
    gauge(
      'rdb_last_cow_size',
      'rdb_last_cow_size_bytes',
      'Memory copied on write by the last snapshot',
    ),
    gauge(
      'rdb_last_load_keys_expired',
      'rdb_last_load_expired_keys',
      'Keys expired while the last snapshot was loaded',
    ),
    gauge(
      'rdb_last_load_keys_loaded',
      'rdb_last_load_loaded_keys',
      'Keys loaded from the last snapshot',
    ),
    gauge('aof_enabled', 'aof_enabled', 'Whether the append-only file is on'),
    gauge(
      'aof_rewrite_in_progress',
      'aof_rewrite_in_progress',
      'Whether the append-only file is being rewritten',
    ),
    gauge(
      'aof_rewrite_scheduled',
      'aof_rewrite_scheduled',
      'Whether a rewrite waits for a snapshot to end',
    ),
    gauge(
      'aof_last_rewrite_time_sec',
      'aof_last_rewrite_duration_sec',
      'Seconds that the last rewrite took; -1 is none',
    ),
    gauge(
      'aof_current_rewrite_time_sec',
      'aof_current_rewrite_duration_sec',
      'Seconds since the running rewrite began; -1 is none',
    ),
    gauge(
      'aof_last_cow_size',
      'aof_last_cow_size_bytes',
      'Memory copied on write by the last rewrite',
    ),
    gauge('aof_current_size', 'aof_current_size_bytes', 'Size of the append-only file'),
    gauge(
      'aof_base_size',
      'aof_base_size_bytes',
      'Size of the append-only file at the last rewrite or start',
    ),
    gauge('aof_pending_rewrite', 'aof_pending_rewrite', 'Whether a rewrite is due'),
    gauge(
      'aof_buffer_length',
      'aof_buffer_length',
      'Size of the append-only file buffer, in bytes',
    ),
    gauge(
      'aof_rewrite_buffer_length',
      'aof_rewrite_buffer_length',
      'Size of the rewrite buffer, in bytes',
    ),
    gauge(
      'aof_pending_bio_fsync',
      'aof_pending_bio_fsync',
      'Syncs of the append-only file that wait',
    ),
    gauge('aof_delayed_fsync', 'aof_delayed_fsync', 'Syncs of the append-only file that came late'),
    gauge(
      'aof_last_bgrewrite_status',
      'aof_last_bgrewrite_status',
      'Whether the last rewrite went well; 1 before the first',
    ),
    gauge(
      'aof_last_write_status',
      'aof_last_write_status',
      'Whether the last write to the append-only file went well',
    ),
    gauge('module_fork_in_progress', 'module_fork_in_progress', 'Whether a fork of a module runs'),
    gauge(
      'module_fork_last_cow_size',
      'module_fork_last_cow_size',
      'Memory copied on write by the last fork of a module, in bytes',
    ),
    // Only while the server loads its data.
    gauge(
      'loading_start_time',
      'loading_start_timestamp_seconds',
      'When the loading began, in seconds since 1970',
    ),
    gauge('loading_total_bytes', 'loading_total_bytes', 'Size of the file that is being loaded'),
    gauge('loading_loaded_bytes', 'loading_loaded_bytes', 'Bytes of the file that are loaded'),
    gauge(
      'loading_loaded_perc',
      'loading_loaded_ratio',
      'Share of the file that is loaded, from 0 to 1',
      readPercentage,
    ),
    gauge('loading_eta_seconds', 'loading_eta_seconds', 'Estimated time until all is loaded'),
    ...newerRows('Redis 6.2', 'live: Redis 7.0.15', [
      gauge(
        'loading_rdb_used_mem',
        'loading_rdb_memory_used_bytes',
        'Memory that the server had allocated when it wrote the file',
      ),
      gauge(
        'current_cow_size',
        'current_cow_size_bytes',
        'Memory copied on write by the fork that runs',
      ),
      gauge(
        'current_cow_size_age',
        'current_cow_size_age_seconds',
        'How long ago the memory copied on write was measured',
      ),
      gauge(
        'current_fork_perc',
        'current_fork_ratio',
        'How much of its work the fork that runs has done',
        readPercentage,
      ),
      gauge(
        'current_save_keys_processed',
        'current_save_keys_processed',
        'Keys that the running save has written',
      ),
      gauge(
        'current_save_keys_total',
        'current_save_keys',
        'Keys that there were when the running save began',
      ),
    ]),
    ...newerRows('Redis 7.0', 'live: Redis 7.0.15', [
      gauge(
        'current_cow_peak',
        'current_cow_peak_bytes',
        'Most memory copied on write by the fork that runs',
      ),
      counter('aof_rewrites', 'aof_rewrites_total', 'Rewrites of the append-only file'),
      gauge(
        'aof_rewrites_consecutive_failures',
        'aof_rewrites_consecutive_failures',
        'Rewrites that failed since the last that went well',
      ),
    ]),
    ...newerRows('Redis 8', 'live: Redis 8.6.3', [
      gauge(
        'rdb_saves_consecutive_failures',
        'rdb_saves_consecutive_failures',
        'Snapshots that failed since the last that went well',
      ),
    ]),
    ...newerRows('Valkey 9.0', 'live: Valkey 9.1.2', [
      gauge(
        'slot_migration_fork_in_progress',
        'slot_migration_fork_in_progress',
        'Whether a fork that sends slots to another node runs',
      ),
    ]),
  ],
})
