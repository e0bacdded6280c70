import { gauge, sample } from '../../metrics/metric.ts'
import { readFloat } from '../../metrics/read-float.ts'
import { readTexts } from '../../redis/names-and-values.ts'
import { collector } from '../collector.ts'
import { configOptions } from '../reading/config-options.ts'
import { partOf } from '../reading/part.ts'

const keyValue = gauge(
  'sentinel_config_key_value',
  'A parameter of a Sentinel as configured; always 1 (SENTINEL CONFIG GET)',
  ['key', 'value'],
)
const value = gauge(
  'sentinel_config_value',
  'A parameter of a Sentinel whose value is a number (SENTINEL CONFIG GET)',
  ['key'],
)

// All of Redis 7.2 but sentinel-user and sentinel-pass. Asked by name, so that no secret travels,
// one name in each command, because older Sentinels take no more.
const harmless = [
  'resolve-hostnames',
  'announce-hostnames',
  'announce-ip',
  'announce-port',
  'loglevel',
]

export const sentinelConfig = collector({
  name: 'sentinel-config',
  help: 'parameters of a Sentinel as configured, with --include-config-metrics',
  metrics: [keyValue, value],
  commands: ['sentinel|config'],
  options: configOptions,
  example: { includeConfigMetrics: 'true' },
  isWanted: ({ includeConfigMetrics }) => includeConfigMetrics,
  appliesTo: (server) => server.mode === 'sentinel' && server.knows('sentinel|config'),
  async collect(poll) {
    const names = poll.settings.redactConfigMetrics ? harmless : ['*']
    const replies = await Promise.all(
      names.map((name) => partOf(poll, name, poll.read('SENTINEL', 'CONFIG', 'GET', name), [])),
    )
    return replies
      .flatMap((reply) => [...readTexts(reply)])
      .flatMap(([key, text]) => {
        const number = readFloat(text)
        return [
          sample(keyValue, 1, { key, value: text }),
          ...(number === undefined ? [] : [sample(value, number, { key })]),
        ]
      })
  },
})
