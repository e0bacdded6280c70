import type { KeyPattern } from '../keyspace/key-pattern.ts'

/** What collectors are told by the configuration; the names are those of its options. */
export interface CollectorSettings {
  readonly isTile38: boolean
  /** The name of CONFIG, or - to do without it. Collectors say CONFIG whatever it is. */
  readonly configCommand: string
  readonly exportClientList: boolean
  readonly exportClientPort: boolean
  readonly clientListMaxSeries: number
  readonly includeConfigMetrics: boolean
  readonly redactConfigMetrics: boolean
  readonly includeSystemMetrics: boolean
  readonly includeModulesMetrics: boolean
  readonly includeUnknownInfoFields: boolean
  readonly includeEmptyDatabases: boolean
  readonly includeRdbFileSize: boolean
  readonly includeSentinelPeers: boolean
  readonly excludeLatencyHistogram: boolean
  readonly checkKeys: readonly KeyPattern[] | undefined
  readonly checkSingleKeys: readonly KeyPattern[] | undefined
  readonly countKeys: readonly KeyPattern[] | undefined
  readonly checkStreams: readonly KeyPattern[] | undefined
  readonly checkSingleStreams: readonly KeyPattern[] | undefined
  readonly streamsExcludeConsumers: boolean
  /** Lua patterns, as binary strings. */
  readonly checkKeyGroups: readonly string[] | undefined
  readonly maxDistinctKeyGroups: number
  readonly disableKeyValues: boolean
  /** Whether names and values of keys are told by the beginning of their SHA-256. */
  readonly hashKeyNames: boolean
  readonly biggestKeysCount: number
  readonly skipKeysOfMaster: boolean
  /** Series of one collector at most, of those that grow with what the server lists. */
  readonly maxSeries: number
  readonly includeSearchIndexes: boolean
  readonly checkSearchIndexes: { test(name: string): boolean }
  /** Paths of files. */
  readonly script: readonly string[] | undefined
  /** Whether they are kept from writing. */
  readonly scriptReadOnly: boolean
  /** The database that the address names, in which scripts run. */
  readonly database: number
}
