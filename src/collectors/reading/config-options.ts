import type { Options } from '../../options/option.ts'
import { flag } from '../../options/value-kinds.ts'

const group = 'Optional metrics'

/** The options of what exports the parameters of a configuration. */
export const configOptions = {
  includeConfigMetrics: {
    flags: ['include-config-metrics'],
    env: ['REDIS_EXPORTER_INCL_CONFIG_METRICS'],
    scope: 'target',
    group,
    help: 'Export every configuration parameter',
    kind: flag,
    default: 'false',
  },
  redactConfigMetrics: {
    flags: ['redact-config-metrics'],
    env: ['REDIS_EXPORTER_REDACT_CONFIG_METRICS'],
    scope: 'target',
    group,
    needs: ['include-config-metrics'],
    help: 'Leave passwords out of the configuration parameters',
    kind: flag,
    default: 'true',
  },
} as const satisfies Options
