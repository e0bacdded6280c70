import type { Option } from './option.ts'
import { nameOfCommand } from './value-kinds.ts'

/** Read by whoever sends commands, and by the collector that tells that the server has no such. */
export const configCommand = {
  flags: ['config-command'],
  env: ['REDIS_EXPORTER_CONFIG_COMMAND'],
  scope: 'target',
  group: 'Optional metrics',
  help: 'The name of the CONFIG command where it was renamed; - to do without it',
  kind: nameOfCommand,
  default: 'CONFIG',
} as const satisfies Option
