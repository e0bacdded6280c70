import type { Options } from './option.ts'
import { duration, flag } from './value-kinds.ts'

const group = 'For compatibility'
const hour = 3_600_000

/** Flags of oliver006/redis_exporter that are accepted and change nothing here. */
export const compatibilityOptions = {
  connectionTimeout: {
    flags: ['connection-timeout'],
    env: ['REDIS_EXPORTER_CONNECTION_TIMEOUT'],
    group,
    help: 'No effect: poll.timeout covers connecting too',
    kind: duration(1, hour),
    default: '15s',
  },
  isCluster: {
    flags: ['is-cluster'],
    env: ['REDIS_EXPORTER_IS_CLUSTER'],
    group,
    help: 'No effect: a node of a cluster is known by what it answers',
    kind: flag,
    default: 'false',
  },
} as const satisfies Options
