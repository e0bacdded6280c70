import type { Option, Options } from '../options/option.ts'
import { duration } from '../options/value-kinds.ts'

const hour = 3_600_000

/** Flags of oliver006/redis_exporter that are accepted and change nothing here. */
export const compatibilityOptions = {
  connectionTimeout: {
    flags: ['connection-timeout'],
    env: ['REDIS_EXPORTER_CONNECTION_TIMEOUT'],
    scope: 'target',
    ...without('poll.timeout covers connecting too'),
    kind: duration(1, hour),
    default: '15s',
  },
} as const satisfies Options

function without(noEffect: string) {
  return {
    group: 'For compatibility',
    help: `No effect: ${noEffect}`,
    noEffect,
  } satisfies Partial<Option>
}
