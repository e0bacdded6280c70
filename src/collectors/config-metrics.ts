import { gauge, type Sample, sample } from '../metrics/metric.ts'
import { readNumber } from '../metrics/read-value.ts'
import type { Collector } from './collector.ts'
import { readAllConfig } from './config-parameters.ts'
import { perRun } from './per-run.ts'

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

/** Remembers the names of the parameters for each run of a server. */
export function createConfigMetrics(): Collector {
  const namesOf = perRun(() => ({ names: [] as readonly string[] }))

  return {
    name: 'config-metrics',
    help: 'every parameter of the configuration but passwords, from CONFIG GET',
    metrics: [text, number],
    commands: ['config|get'],
    isWanted: ({ includeConfigMetrics }) => includeConfigMetrics,
    appliesTo: (server) => server.knows('config'),
    async collect(poll) {
      const known = namesOf(poll.server)
      const values = await readAllConfig(poll, known.names)
      known.names = [...values.keys()]
      const samples: Sample[] = []
      for (const [key, value] of values) {
        samples.push(sample(text, 1, { key, value }))
        const read = readNumber(value)
        if (read !== undefined) samples.push(sample(number, read, { key }))
      }
      return samples
    },
  }
}
