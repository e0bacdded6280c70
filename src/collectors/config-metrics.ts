import { gauge, sample } from '../metrics/metric.ts'
import { readNumber } from '../metrics/read-value.ts'
import type { Collector } from './collector.ts'
import { readAllConfig } from './config-parameters.ts'
import { readList } from './read-list.ts'

const text = gauge(
  'config_key_value',
  'A parameter of the configuration as the label value; always 1 (CONFIG GET)',
  ['key', 'value'],
)
const number = gauge(
  'config_value',
  'A parameter of the configuration that is a number (CONFIG GET)',
  ['key'],
)

export const configMetrics: Collector = {
  name: 'config-metrics',
  help: 'every parameter of the configuration but passwords, from CONFIG GET',
  metrics: [text, number],
  commands: ['config|get'],
  isWanted: ({ includeConfigMetrics }) => includeConfigMetrics,
  appliesTo: (server) => server.knows('config'),
  async collect(poll) {
    return readList(poll, await readAllConfig(poll), ([key, value]) => {
      const read = readNumber(value)
      const ofNumber = read === undefined ? [] : [sample(number, read, { key })]
      return [sample(text, 1, { key, value }), ...ofNumber]
    })
  },
}
