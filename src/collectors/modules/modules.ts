import { gauge, sample } from '../../metrics/metric.ts'
import { flag } from '../../options/value-kinds.ts'
import { parseNameValueList } from '../../redis/names-and-values.ts'
import { fieldTable, infoCollector, lineList } from '../reading/info-parts.ts'
import { rowsOf } from '../reading/info-table.ts'

const row = rowsOf('modules')

const rows = [
  row.gauge(
    'bf_bloom_total_memory_bytes',
    'bf_bloom_total_memory_bytes',
    'Memory of all Bloom filters',
  ),
  row.gauge('bf_bloom_num_objects', 'bf_bloom_num_objects', 'Bloom objects'),
  row.gauge(
    'bf_bloom_num_filters_across_objects',
    'bf_bloom_num_filters_across_objects',
    'Bloom filters in all objects',
  ),
  row.gauge(
    'bf_bloom_num_items_across_objects',
    'bf_bloom_num_items_across_objects',
    'Items in all Bloom objects',
  ),
  row.gauge(
    'bf_bloom_capacity_across_objects',
    'bf_bloom_capacity_across_objects',
    'Capacity of all Bloom objects',
  ),
  row.counter(
    'bf_bloom_defrag_hits',
    'bf_bloom_defrag_hits_total',
    'Bloom values moved by defragmentation',
  ),
  row.counter(
    'bf_bloom_defrag_misses',
    'bf_bloom_defrag_misses_total',
    'Bloom values left in place by defragmentation',
  ),
  row.gauge('json_total_memory_bytes', 'json_total_memory_bytes', 'Memory of all JSON documents'),
  row.gauge('json_num_documents', 'json_num_documents', 'JSON documents'),
]

const moduleInfo = gauge(
  'module_info',
  'A module that is loaded; always 1 (INFO modules: module)',
  ['name', 'ver', 'api', 'filters', 'usedby', 'using'],
)

/** By which it is asked for what modules tell in INFO. */
export const ofModules = {
  options: {
    includeModulesMetrics: {
      flags: ['include-modules-metrics'],
      env: ['REDIS_EXPORTER_INCL_MODULES_METRICS'],
      scope: 'target',
      group: 'Optional metrics',
      help: 'Export what the server tells of its modules',
      kind: flag,
      default: 'false',
    },
  },
  example: { includeModulesMetrics: 'true' },
  isWanted: ({ includeModulesMetrics }: { readonly includeModulesMetrics: boolean }) =>
    includeModulesMetrics,
} as const

export const modules = infoCollector({
  ...ofModules,
  name: 'modules',
  help: 'modules that are loaded and what the Bloom and JSON modules tell, from INFO everything, with --include-modules-metrics',
  parts: [
    fieldTable(rows),
    // module:name=search,ver=21005,api=1,filters=0,usedby=[],using=[ReJSON],options=[]
    lineList({
      section: 'modules',
      name: /^module$/,
      metrics: [moduleInfo],
      reader: () => (_, text) => {
        const parts = parseNameValueList(text)
        const part = (name: string) => parts.get(name) ?? ''
        return [
          sample(moduleInfo, 1, {
            name: part('name'),
            ver: part('ver'),
            api: part('api'),
            filters: part('filters'),
            usedby: part('usedby'),
            using: part('using'),
          }),
        ]
      },
    }),
  ],
})
