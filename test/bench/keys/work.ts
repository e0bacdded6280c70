import { formatNumber } from '../table.ts'
import { allKeys, checkedKeys } from './key-space.ts'

/** Something that both exporters can do with keys. */
export interface Work {
  readonly name: string
  /** The options, which both read from the environment by the same names. */
  readonly env: Readonly<Record<string, string>>
  /** How often it is done; the Go exporter takes long for some of it. */
  readonly rounds: number
}

export const countKeys: Work = {
  name: `count-keys, ${formatNumber(allKeys)} keys`,
  env: { REDIS_EXPORTER_COUNT_KEYS: 'db0=user:*' },
  rounds: 5,
}

export const checkKeys: Work = {
  name: `check-keys, ${formatNumber(checkedKeys)} of them`,
  env: { REDIS_EXPORTER_CHECK_KEYS: 'db0=check:*' },
  // Debian's Go exporter takes half a minute for one.
  rounds: 1,
}

export const keyGroups: Work = {
  name: `check-key-groups, ${formatNumber(allKeys)} keys`,
  env: { REDIS_EXPORTER_CHECK_KEY_GROUPS: '^(.*):[^:]+$' },
  rounds: 5,
}

export const allWork: readonly Work[] = [countKeys, checkKeys, keyGroups]
