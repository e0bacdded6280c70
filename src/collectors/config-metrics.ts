import { gauge, type Sample, sample } from '../metrics/metric.ts'
import { readNumber } from '../metrics/read-value.ts'
import type { Collector } from './collector.ts'
import { readAllConfig } from './config-parameters.ts'

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
    const samples: Sample[] = []
    for (const [key, value] of await readAllConfig(poll)) {
      samples.push(sample(text, 1, { key, value }))
      const read = readNumber(value)
      if (read !== undefined) samples.push(sample(number, read, { key }))
    }
    return samples
  },
}
