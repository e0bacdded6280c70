import { gauge, sample } from '../../metrics/metric.ts'
import { readFloat } from '../../metrics/read-float.ts'
import { type Collector, collector } from '../collector.ts'
import { configOptions } from '../reading/config-options.ts'
import { readHarmlessParameters, readParameters } from '../reading/config-parameters.ts'
import { perRun } from '../reading/per-run.ts'
import { giveList } from '../reading/read-list.ts'

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
  const learnt = perRun(() => ({ names: [] as readonly string[] }))

  return collector({
    name: 'config-metrics',
    help: 'every parameter of the configuration but passwords, from CONFIG GET, with --include-config-metrics',
    metrics: [text, number],
    commands: ['config|get'],
    options: configOptions,
    example: { includeConfigMetrics: 'true' },
    isWanted: ({ includeConfigMetrics }) => includeConfigMetrics,
    appliesTo: (server) => server.knows('config'),
    forget: learnt.forget,
    async collect(poll) {
      const readAll = (known?: readonly string[]) =>
        poll.settings.redactConfigMetrics
          ? readHarmlessParameters(poll, known)
          : readParameters(poll, ['*'])
      const asked = learnt.last()
      const [info, read] = await Promise.all([poll.info(), readAll(asked.names)])
      const now = learnt.of(info, poll.unixSeconds)
      // Another run may have other parameters than those that were asked for.
      const isWhole = now === asked || asked.names.length === 0
      const values = isWhole ? read : await readAll()
      now.names = [...values.keys()]
      await giveList(poll, values, ([key, value]) => {
        const numeric = readFloat(value)
        const ofNumber = numeric === undefined ? [] : [sample(number, numeric, { key })]
        return [sample(text, 1, { key, value }), ...ofNumber]
      })
      return []
    },
  })
}
