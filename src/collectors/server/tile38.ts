import type { Sample } from '../../metrics/metric.ts'
import { flag } from '../../options/value-kinds.ts'
import type { Reply } from '../../redis/command.ts'
import { sectionFields } from '../../redis/info.ts'
import { pairsOf } from '../../redis/names-and-values.ts'
import { redisError } from '../../redis/redis-error.ts'
import { collector, type Poll } from '../collector.ts'
import { fieldsOf, readFields, rowsOf } from '../reading/info-table.ts'
import { partOf } from '../reading/part.ts'

const { gauge } = rowsOf('tile38')

const rows = [
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
]

export const tile38 = collector({
  name: 'tile38',
  help: 'memory and objects of a Tile38 server, from its INFO and, with --is-tile38, SERVER EXT',
  metrics: rows.map(({ metric }) => metric),
  fields: fieldsOf(rows),
  commands: ['server'],
  // It knows no users.
  access: () => ({ commands: [] }),
  options: {
    isTile38: {
      flags: ['is-tile38'],
      env: ['REDIS_EXPORTER_IS_TILE38'],
      scope: 'target',
      group: 'Optional metrics',
      help: 'Export what a Tile38 server tells by SERVER EXT',
      kind: flag,
      default: 'false',
    },
  },
  example: { isTile38: 'true' },
  async collect(poll): Promise<Sample[]> {
    const [info, told] = await Promise.all([
      poll.info(),
      partOf(poll, 'SERVER EXT', readServer(poll), []),
    ])
    // What stands in both is told once, as SERVER EXT has it.
    const own = new Map([...sectionFields(info, 'tile38'), ...told])
    const fields = new Map(info.fields).set('tile38', own)
    return readFields({ ...info, fields }, rows, poll.reject)
  },
})

// name, value, name, value, …: some names lack the prefix that the fields of INFO have.
type Reading = Poll<{ readonly isTile38: boolean }>

async function readServer({ server, settings, read }: Reading): Promise<[string, string][]> {
  if (!settings.isTile38 || !server.knows('server')) return []
  const reply = await read('SERVER', 'EXT')
  if (!Array.isArray(reply)) throw redisError('parse', 'SERVER EXT gave no list')
  return pairsOf<Reply>(reply).flatMap(([name, value]): [string, string][] => {
    if (value === null || typeof value === 'object') return []
    return [[name.startsWith('tile38_') ? name : `tile38_${name}`, String(value)]]
  })
}
