import type { Config } from '../../src/config/read-config.ts'

/** A flag with its variable, what it is by default, a value as a user writes it, and as it is read. */
export type OptionCase = readonly [
  flag: string,
  env: string,
  read: (config: Config) => unknown,
  byDefault: unknown,
  given: string,
  expected: unknown,
  other: string,
]

export function of(key: string): (config: Config) => unknown {
  return ({ settings, ...config }) => ({ ...settings, ...config })[key]
}

export function env(name: string): string {
  return `REDIS_EXPORTER_${name}`
}
