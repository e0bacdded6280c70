import { dividedBy, readPercentage } from '../../metrics/read-value.ts'
import { newerRows, rowsOf } from '../reading/info-table.ts'

const { gauge, counter } = rowsOf('stats')

/** What INFO stats tells of keys: how they are found, expire and are evicted, and how memory is tidied. */
export const statsOfKeys = [
  counter('expired_keys', 'expired_keys_total', 'Keys that expired'),
  counter('expired_subkeys', 'expired_subkeys_total', 'Hash fields that expired'),
  counter(
    'expired_time_cap_reached_count',
    'expired_time_cap_reached_total',
    'Times the expiry cycle ran out of time',
  ),
  counter(
    'expire_cycle_cpu_milliseconds',
    'expire_cycle_cpu_time_ms_total',
    'Milliseconds spent on expiry',
  ),
  gauge(
    'expired_stale_perc',
    'expired_stale_percentage',
    'Estimated percentage of the keys with an expiry that are past it',
  ),
  counter('evicted_keys', 'evicted_keys_total', 'Keys evicted for maxmemory'),
  counter(
    'total_eviction_exceeded_time',
    'eviction_exceeded_time_ms_total',
    'Milliseconds spent over maxmemory',
  ),
  gauge(
    'current_eviction_exceeded_time',
    'current_eviction_exceeded_time_ms',
    'Milliseconds since memory went over maxmemory; 0 while it is not',
  ),
  counter('keyspace_hits', 'keyspace_hits_total', 'Keys looked up and found'),
  counter('keyspace_misses', 'keyspace_misses_total', 'Keys looked up and not found'),
  gauge(
    'slave_expires_tracked_keys',
    'slave_expires_tracked_keys',
    'Keys with expiry that a writable replica tracks',
  ),
  gauge('active_defrag_hits', 'defrag_hits', 'Values moved by active defragmentation'),
  gauge(
    'active_defrag_misses',
    'defrag_misses',
    'Values that active defragmentation left in place',
  ),
  gauge('active_defrag_key_hits', 'defrag_key_hits', 'Keys moved by active defragmentation'),
  gauge(
    'active_defrag_key_misses',
    'defrag_key_misses',
    'Keys that active defragmentation left in place',
  ),
  counter(
    'dump_payload_sanitizations',
    'dump_payload_sanitizations',
    'Deep checks of dumped values',
  ),
  counter('cached_keys', 'cached_keys_total', 'Keys held in memory, on KeyDB with storage'),
  counter(
    'storage_provider_read_hits',
    'storage_provider_read_hits',
    'Reads found in storage, on KeyDB',
  ),
  counter(
    'storage_provider_read_misses',
    'storage_provider_read_misses',
    'Reads not found in storage, on KeyDB',
  ),
  ...newerRows('Redis 7.0', 'live: Redis 7.0.15', [
    counter(
      'total_active_defrag_time',
      'active_defrag_seconds_total',
      'Time for which fragmentation was over its limit',
      dividedBy(1e3),
    ),
    gauge(
      'current_active_defrag_time',
      'current_active_defrag_seconds',
      'Time since fragmentation went over its limit; 0 while it is not',
      dividedBy(1e3),
    ),
  ]),
  ...newerRows('Redis 8', 'live: Redis 8.6.3', [
    counter(
      'expired_keys_active',
      'expired_keys_active_total',
      'Keys that the background task expired',
    ),
    counter(
      'expired_subkeys_active',
      'expired_subkeys_active_total',
      'Hash fields that the background task expired',
    ),
  ]),
  ...newerRows('Valkey 9.0', 'live: Valkey 9.1.2', [
    counter('expired_fields', 'expired_fields_total', 'Hash fields that expired, on Valkey'),
    gauge(
      'expired_keys_with_volatile_items_stale_perc',
      'expired_keys_with_volatile_items_stale_ratio',
      'Estimated share of keys with hash fields past their expiry, from 0 to 1',
      readPercentage,
    ),
  ]),
  ...newerRows('Redis 8.10', 'documented', [
    gauge('hash_templates', 'hash_templates', 'Sets of fields that hashes share'),
    gauge('hash_template_keys', 'hash_template_keys', 'Hashes that share their set of fields'),
  ]),
]
