import { gauge, newer, sample } from '../../metrics/metric.ts'
import { parseNameValueList } from '../../redis/names-and-values.ts'
import { metricsOf, type PartRow, readParts } from '../reading/info-lines.ts'
import { fieldTable, infoCollector, lineList } from '../reading/info-parts.ts'
import { newerRows, rowsOf } from '../reading/info-table.ts'

const section = 'scripting engines'
const since = 'Valkey 9.0'
const row = rowsOf(section)

const rows = newerRows(since, 'live: Valkey 9.1.2', [
  row.gauge('engines_count', 'scripting_engines', 'Scripting engines'),
  row.gauge(
    'engines_total_used_memory',
    'scripting_engines_memory_used_bytes',
    'Memory of all scripting engines',
  ),
  row.gauge(
    'engines_total_memory_overhead',
    'scripting_engines_memory_overhead_bytes',
    'Overhead of all scripting engines',
  ),
])

const labelNames = ['engine', 'module', 'abi_version'] as const
const source = (part: string) => `(INFO scriptingengines: engine_N ${part})`

const engineInfo = newer(
  gauge('scripting_engine_info', `A scripting engine; always 1 ${source('name')}`, labelNames),
  since,
  'live: Valkey 9.1.2',
)

const parts: readonly PartRow<(typeof labelNames)[number]>[] = [
  {
    part: 'used_memory',
    metric: gauge(
      'scripting_engine_memory_used_bytes',
      `Memory of a scripting engine ${source('used_memory')}`,
      labelNames,
    ),
  },
  {
    part: 'memory_overhead',
    metric: gauge(
      'scripting_engine_memory_overhead_bytes',
      `Overhead of a scripting engine ${source('memory_overhead')}`,
      labelNames,
    ),
  },
].map((one) => ({ ...one, metric: newer(one.metric, since, 'live: Valkey 9.1.2') }))

export const scriptingEngines = infoCollector({
  name: 'scripting-engines',
  help: 'engines that run scripts and functions, and their memory, from INFO scriptingengines',
  parts: [
    fieldTable(rows),
    // engine_0:name=LUA,module=built-in,abi_version=4,used_memory=69632,memory_overhead=56
    lineList({
      section,
      name: /^engine_\d+$/,
      metrics: [engineInfo, ...metricsOf(parts)],
      reader:
        ({ reject }) =>
        ([field], text) => {
          const values = parseNameValueList(text)
          const [engine, module = '', abi_version = ''] = ['name', 'module', 'abi_version'].map(
            (name) => values.get(name),
          )
          if (engine === undefined) {
            reject(field, text)
            return []
          }
          const labels = { engine, module, abi_version }
          return [sample(engineInfo, 1, labels), ...readParts(field, values, parts, labels, reject)]
        },
    }),
  ],
})
