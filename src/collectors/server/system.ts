import { infoTableCollector, rowsOf } from '../reading/info-table.ts'

const { gauge } = rowsOf('memory')

export const system = infoTableCollector(
  'system',
  'memory of the whole machine, from INFO memory, with --include-system-metrics',
  'memory',
  [gauge('total_system_memory', 'total_system_memory_bytes', 'Memory of the machine')],
  ({ includeSystemMetrics }) => includeSystemMetrics,
)
