import { flag } from '../../options/value-kinds.ts'
import { infoTableCollector } from '../reading/info-parts.ts'
import { rowsOf } from '../reading/info-table.ts'

const { gauge } = rowsOf('memory')

export const system = infoTableCollector({
  name: 'system',
  help: 'memory of the whole machine, from INFO memory, with --include-system-metrics',
  rows: [gauge('total_system_memory', 'total_system_memory_bytes', 'Memory of the machine')],
  options: {
    includeSystemMetrics: {
      flags: ['include-system-metrics'],
      env: ['REDIS_EXPORTER_INCL_SYSTEM_METRICS'],
      scope: 'target',
      group: 'Optional metrics',
      help: 'Export what the server tells of its machine, such as total_system_memory_bytes',
      kind: flag,
      default: 'false',
    },
  },
  example: { includeSystemMetrics: 'true' },
  isWanted: ({ includeSystemMetrics }) => includeSystemMetrics,
})
