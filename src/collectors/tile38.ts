import { infoTableCollector, rowsOf } from './info-table.ts'

const { gauge } = rowsOf('tile38')

export const tile38 = infoTableCollector(
  'tile38',
  'memory and objects of a Tile38 server, where its INFO tells them',
  'tile38',
  [
    gauge('tile38_aof_size', 'tile38_aof_size_bytes', 'Size of the append-only file'),
    gauge('tile38_avg_point_size', 'tile38_avg_item_size_bytes', 'Average size of a point'),
    gauge('tile38_sys_cpus', 'tile38_cpus_total', 'Processors of the machine'),
    gauge(
      'tile38_heap_released_bytes',
      'tile38_heap_released_bytes',
      'Heap given back to the system',
    ),
    gauge('tile38_heap_alloc_bytes', 'tile38_heap_size_bytes', 'Heap in use'),
    gauge('tile38_http_transport', 'tile38_http_transport', 'Whether HTTP is served'),
    gauge('tile38_in_memory_size', 'tile38_in_memory_size_bytes', 'Size of the data in memory'),
    gauge('tile38_max_heap_size', 'tile38_max_heap_size_bytes', 'Limit of the heap; 0 is none'),
    gauge('tile38_alloc_bytes', 'tile38_mem_alloc_bytes', 'Memory allocated'),
    gauge('tile38_num_collections', 'tile38_num_collections_total', 'Collections'),
    gauge('tile38_num_hooks', 'tile38_num_hooks_total', 'Hooks'),
    gauge('tile38_num_objects', 'tile38_num_objects_total', 'Objects'),
    gauge('tile38_num_points', 'tile38_num_points_total', 'Points'),
    gauge('tile38_pointer_size', 'tile38_pointer_size_bytes', 'Size of a pointer, in bytes'),
    gauge('tile38_read_only', 'tile38_read_only', 'Whether the server is read-only'),
    gauge('tile38_go_threads', 'tile38_threads_total', 'Threads of the Go runtime'),
    gauge('tile38_go_goroutines', 'tile38_go_goroutines_total', 'Goroutines'),
    gauge(
      'tile38_last_gc_time_seconds',
      'tile38_last_gc_time_seconds',
      'When garbage was last collected',
    ),
    gauge(
      'tile38_next_gc_bytes',
      'tile38_next_gc_bytes',
      'Heap size at which garbage is collected next',
    ),
  ],
)
