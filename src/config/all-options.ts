import { groups, type Option, type Options } from '../options/option.ts'
import { collectOptions, flagsThatSwitchOn, type Switched } from '../options/switches.ts'
import { options } from './options.ts'

/** What the table of options sees of a collector. */
export interface Configurable extends Switched {
  /** With every poll, which is the rule, on the slow schedule, or as a walk comes by the keys. */
  readonly schedule?: 'poll' | 'slow' | 'walk'
  readonly oncePerMaster?: boolean
}

/** All options by their keys, in the order of --help. */
export type AllOptions = typeof options & Options

/** In two groups options of collectors stand among others. What is not named here comes behind. */
export const optionOrder: readonly string[] = [
  ...['exportClientList', 'exportClientPort', 'clientListMaxSeries', 'includeConfigMetrics'],
  ...['redactConfigMetrics', 'includeSystemMetrics', 'includeModulesMetrics'],
  ...['includeUnknownInfoFields', 'includeEmptyDatabases', 'includeRdbFileSize'],
  ...['includeSentinelPeers', 'excludeLatencyHistogram', 'isTile38'],
  ...['checkKeys', 'checkSingleKeys', 'countKeys', 'checkStreams', 'checkSingleStreams'],
  ...['streamsExcludeConsumers', 'checkKeyGroups', 'maxDistinctKeyGroups', 'checkKeysBatchSize'],
  ...[
    'disableKeyValues',
    'hashKeyNames',
    'missingKeys',
    'biggestKeysCount',
    'skipKeysOfMaster',
    'maxSeries',
  ],
  ...['includeSearchIndexes', 'checkSearchIndexes', 'script', 'scriptReadOnly'],
]

/**
 * The one table of options: ours, those that collectors declare, and one to switch each collector.
 * Throws when one key stands for two declarations, which is a mistake in the program.
 */
export function allOptions(collectors: readonly Configurable[]): AllOptions {
  const table = new Map<string, Option>(Object.entries(options))
  for (const { name, options: own = {} } of collectors)
    for (const [key, option] of Object.entries(own)) {
      if (table.has(key) && table.get(key) !== option)
        throw new Error(`${name} declares the option ${key}, which is another one elsewhere`)
      table.set(key, option)
    }
  for (const [key, option] of Object.entries(collectOptions(collectors))) table.set(key, option)
  const withNeeds = (one: Option) => {
    const { needsAny } = one
    return needsAny
      ? {
          // When it is asked for, which is seldom: it tries what examples do.
          get needs() {
            return flagsFor(collectors.filter(isNeeded[needsAny]))
          },
          ...one,
        }
      : one
  }
  const inOrder = [...new Set([...optionOrder, ...table.keys()])]
  const all: Record<string, Option> = {}
  for (const group of groups)
    for (const key of inOrder) {
      const one = table.get(key)
      if (one?.group === group) all[key] = withNeeds(one)
    }
  // Ours are among them under their keys.
  return all as AllOptions
}

const walks = ({ schedule }: Configurable) => schedule === 'walk'

const isNeeded: Record<NonNullable<Option['needsAny']>, (one: Configurable) => boolean> = {
  walk: walks,
  keys: (one) => walks(one) || one.oncePerMaster === true,
  slow: (one) => walks(one) || one.schedule === 'slow',
}

/** The flags that ask for any of these; none where one of them is on anyway. */
function flagsFor(collectors: readonly Configurable[]) {
  const asked = collectors.map(flagsThatSwitchOn)
  return asked.some((flags) => flags.length === 0) ? [] : asked.flat()
}
