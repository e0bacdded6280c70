import { readPercentage } from '../../metrics/read-value.ts'
import { infoTableCollector } from '../reading/info-parts.ts'
import { newerRows, rowsOf } from '../reading/info-table.ts'

const { gauge } = rowsOf('memory')

export const memory = infoTableCollector({
  name: 'memory',
  help: 'memory by use, limits and fragmentation, from INFO memory',
  rows: [
    gauge('used_memory', 'memory_used_bytes', 'Memory that the server has allocated'),
    gauge('used_memory_rss', 'memory_used_rss_bytes', 'Resident memory of the server'),
    gauge('used_memory_peak', 'memory_used_peak_bytes', 'Most memory that was ever allocated'),
    gauge('used_memory_overhead', 'memory_used_overhead_bytes', 'Memory of what manages the data'),
    gauge('used_memory_startup', 'memory_used_startup_bytes', 'Memory taken right after the start'),
    gauge('used_memory_dataset', 'memory_used_dataset_bytes', 'Memory of the data itself'),
    gauge('used_memory_lua', 'memory_used_lua_bytes', 'Memory of the Lua engine'),
    gauge(
      'used_memory_vm_eval',
      'memory_used_vm_eval_bytes',
      'Memory of the virtual machine of EVAL',
    ),
    gauge(
      'used_memory_scripts_eval',
      'memory_used_scripts_eval_bytes',
      'Overhead of cached EVAL scripts',
    ),
    gauge(
      'used_memory_vm_functions',
      'memory_used_vm_functions_bytes',
      'Memory of the virtual machine of functions',
    ),
    gauge('used_memory_scripts', 'memory_used_scripts_bytes', 'Overhead of scripts and functions'),
    gauge('used_memory_functions', 'memory_used_functions_bytes', 'Overhead of functions'),
    gauge(
      'used_memory_vm_total',
      'memory_used_vm_total',
      'Memory of all script virtual machines, in bytes',
    ),
    gauge('number_of_cached_scripts', 'number_of_cached_scripts', 'EVAL scripts in the cache'),
    gauge('number_of_functions', 'number_of_functions', 'Functions that are loaded'),
    gauge('number_of_libraries', 'number_of_libraries', 'Function libraries that are loaded'),
    gauge('maxmemory', 'memory_max_bytes', 'Limit of memory; 0 is none'),
    gauge('maxmemory_reservation', 'memory_max_reservation_bytes', 'Memory set aside, on Azure'),
    gauge(
      'maxmemory_desired_reservation',
      'memory_max_reservation_desired_bytes',
      'Memory that shall be set aside, on Azure',
    ),
    gauge(
      'maxfragmentationmemory_reservation',
      'memory_max_fragmentation_reservation_bytes',
      'Memory set aside for fragmentation, on Azure',
    ),
    gauge(
      'maxfragmentationmemory_desired_reservation',
      'memory_max_fragmentation_reservation_desired_bytes',
      'Memory that shall be set aside for fragmentation, on Azure',
    ),
    gauge('allocator_active', 'allocator_active_bytes', 'Memory in active pages of the allocator'),
    gauge('allocator_allocated', 'allocator_allocated_bytes', 'Memory handed out by the allocator'),
    gauge('allocator_resident', 'allocator_resident_bytes', 'Resident memory of the allocator'),
    gauge(
      'allocator_muzzy',
      'allocator_muzzy_bytes',
      'Memory that the allocator may give back lazily',
    ),
    gauge('allocator_frag_ratio', 'allocator_frag_ratio', 'Active to allocated memory'),
    gauge('allocator_frag_bytes', 'allocator_frag_bytes', 'Active less allocated memory'),
    gauge(
      'allocator_rss_ratio',
      'allocator_rss_ratio',
      'Resident to active memory of the allocator',
    ),
    gauge(
      'allocator_rss_bytes',
      'allocator_rss_bytes',
      'Resident less active memory of the allocator',
    ),
    gauge('mem_fragmentation_ratio', 'mem_fragmentation_ratio', 'Resident to used memory'),
    gauge('mem_fragmentation_bytes', 'mem_fragmentation_bytes', 'Resident less used memory'),
    gauge('mem_clients_slaves', 'mem_clients_slaves', "Memory of the replicas' buffers, in bytes"),
    gauge('mem_clients_normal', 'mem_clients_normal', "Memory of the clients' buffers, in bytes"),
    gauge('mem_cluster_links', 'mem_cluster_links_bytes', 'Memory of the cluster bus links'),
    gauge('mem_aof_buffer', 'mem_aof_buffer_bytes', 'Memory of the append-only file buffers'),
    gauge(
      'mem_replication_backlog',
      'mem_replication_backlog_bytes',
      'Memory of the replication backlog',
    ),
    gauge(
      'mem_total_replication_buffers',
      'mem_total_replication_buffers_bytes',
      'Memory of all replication buffers',
    ),
    gauge(
      'mem_overhead_db_hashtable_rehashing',
      'mem_overhead_db_hashtable_rehashing_bytes',
      'Memory of hash tables that are being rehashed',
    ),
    gauge(
      'mem_not_counted_for_evict',
      'mem_not_counted_for_eviction_bytes',
      'Memory that does not count towards eviction',
    ),
    gauge('lazyfree_pending_objects', 'lazyfree_pending_objects', 'Objects that wait to be freed'),
    gauge('lazyfreed_objects', 'lazyfreed_objects', 'Objects freed in the background'),
    gauge(
      'active_defrag_running',
      'active_defrag_running',
      'Percentage of a core that active defragmentation wants to use; 0 while it does not run',
    ),
    gauge(
      'used_memory_peak_perc',
      'memory_used_peak_ratio',
      'Memory in use to the most that ever was',
      readPercentage,
    ),
    gauge(
      'used_memory_dataset_perc',
      'memory_used_dataset_ratio',
      'Memory of the data to all that came after the start',
      readPercentage,
    ),
    gauge('rss_overhead_ratio', 'rss_overhead_ratio', 'Resident memory to that of the allocator'),
    gauge('rss_overhead_bytes', 'rss_overhead_bytes', 'Resident memory less that of the allocator'),
    ...newerRows('Redis 8.0', 'live: Redis 8.6.3', [
      gauge(
        'mem_replica_full_sync_buffer',
        'mem_replica_full_sync_buffer_bytes',
        'Memory of what a replica is sent while it loads its data',
      ),
    ]),
    ...newerRows('Redis 8.2', 'live: Redis 8.6.3', [
      gauge(
        'used_memory_peak_time',
        'memory_used_peak_timestamp_seconds',
        'When the most memory was allocated',
      ),
    ]),
    ...newerRows('Redis 8.4', 'live: Redis 8.6.3', [
      gauge(
        'mem_cluster_slot_migration_output_buffer',
        'mem_cluster_slot_migration_output_buffer_bytes',
        'Memory of what is sent to nodes that take over slots',
      ),
      gauge(
        'mem_cluster_slot_migration_input_buffer',
        'mem_cluster_slot_migration_input_buffer_bytes',
        'Memory of what came from nodes that give away slots',
      ),
      gauge(
        'mem_cluster_slot_migration_input_buffer_peak',
        'mem_cluster_slot_migration_input_buffer_peak_bytes',
        'Most memory of what came from nodes that give away slots',
      ),
    ]),
    ...newerRows('Valkey 9.0', 'live: Valkey 9.1.2', [
      gauge(
        'mem_cluster_slot_import',
        'mem_cluster_slot_import_bytes',
        'Memory of slots that come from another node',
      ),
      gauge(
        'mem_cluster_slot_export',
        'mem_cluster_slot_export_bytes',
        'Memory of slots that go to another node',
      ),
    ]),
    ...newerRows('Valkey 9.1', 'live: Valkey 9.1.2', [
      gauge(
        'mem_replicas_repl_buffer',
        'mem_replicas_repl_buffer_bytes',
        'Memory of what a replica is sent while it loads its data, on Valkey',
      ),
    ]),
    ...newerRows('Redis 8.10', 'documented', [
      gauge(
        'used_memory_hash_templates',
        'memory_used_hash_templates_bytes',
        'Memory of the sets of fields that hashes share',
      ),
    ]),
  ],
})
