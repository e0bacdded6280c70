import { configCommand } from '../options/config-command.ts'
import type { Options } from '../options/option.ts'
import { flag, wholeNumber } from '../options/value-kinds.ts'

const group = 'Optional metrics'

/** What concerns the series of all collectors, and those of our own process. */
export const seriesOptions = {
  maxSeries: {
    flags: ['max-series'],
    env: ['REDIS_EXPORTER_MAX_SERIES'],
    scope: 'target',
    group: 'Keys, streams and scripts',
    help: 'Series of one collector at most, of those that grow with what a server lists or with its keys; a histogram counts as all of its series, and what is left out is counted',
    kind: wholeNumber(1, 10_000_000),
    default: '100000',
  },
  appendInstanceRoleLabel: {
    flags: ['append-instance-role-label'],
    env: ['REDIS_EXPORTER_APPEND_INSTANCE_ROLE_LABEL'],
    scope: 'target',
    group,
    help: 'Add the label instance_role to the metrics of the server; one that is down keeps the role that it told last',
    kind: flag,
    default: 'false',
  },
  configCommand,
  redisOnlyMetrics: {
    flags: ['redis-only-metrics'],
    env: ['REDIS_EXPORTER_REDIS_ONLY_METRICS'],
    scope: 'process',
    group,
    help: 'Leave out process_*, nodejs_* and exporter_build_info',
    kind: flag,
    default: 'false',
  },
  includeRuntimeMetrics: {
    flags: ['include-go-runtime-metrics'],
    env: ['REDIS_EXPORTER_INCLUDE_GO_RUNTIME_METRICS'],
    scope: 'process',
    group,
    help: 'Export the metrics of the runtime, which here is Node.js',
    kind: flag,
    default: 'false',
  },
} as const satisfies Options
