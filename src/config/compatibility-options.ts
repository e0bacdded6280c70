import { anyDuration } from '../options/go-forms.ts'
import type { Option, Options } from '../options/option.ts'

/** Flags of oliver006/redis_exporter that are accepted and change nothing here. */
export const compatibilityOptions = {
  connectionTimeout: {
    flags: ['connection-timeout'],
    env: ['REDIS_EXPORTER_CONNECTION_TIMEOUT'],
    scope: 'target',
    ...without('poll.timeout covers connecting too'),
    kind: anyDuration,
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
