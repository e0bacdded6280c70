import { formatNumber } from '../table.ts'
import { allKeys, checkedKeys } from './key-space.ts'

/** Something that both exporters can do with keys. */
export interface Work {
  readonly name: string
  /** The options, which both read from the environment by the same names. */
  readonly env: Readonly<Record<string, string>>
}

export const countKeys: Work = {
  name: `count-keys, ${formatNumber(allKeys)} keys`,
  env: { REDIS_EXPORTER_COUNT_KEYS: 'db0=user:*' },
}

export const checkKeys: Work = {
  name: `check-keys, ${formatNumber(checkedKeys)} of them`,
  env: { REDIS_EXPORTER_CHECK_KEYS: 'db0=check:*' },
}

export const keyGroups: Work = {
  name: `check-key-groups, ${formatNumber(allKeys)} keys`,
  env: { REDIS_EXPORTER_CHECK_KEY_GROUPS: '^(.*):[^:]+$' },
}

export const allWork: readonly Work[] = [countKeys, checkKeys, keyGroups]
