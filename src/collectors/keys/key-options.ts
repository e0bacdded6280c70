import { patternOfKey } from '../../keyspace/glob.ts'
import type { KeyPattern } from '../../keyspace/key-pattern.ts'
import { keyPatternList } from '../../options/key-pattern-kinds.ts'
import type { Options } from '../../options/option.ts'
import { flag, oneOf } from '../../options/value-kinds.ts'

const group = 'Keys, streams and scripts'

/** How the options say in which form patterns are given. */
export const patternsHelp = 'separated by commas, each pattern or db3=pattern'
const keysHelp = patternsHelp.replaceAll('pattern', 'key')

/** The options that several collectors of keys read. */
export const keyOptions = {
  // What is named is left to the collector of named keys.
  checkSingleKeys: {
    flags: ['check-single-keys'],
    env: ['REDIS_EXPORTER_CHECK_SINGLE_KEYS'],
    scope: 'target',
    group,
    help: `The same for single keys, with every poll, ${keysHelp}`,
    kind: keyPatternList,
    default: undefined,
  },
  checkSingleStreams: {
    flags: ['check-single-streams'],
    env: ['REDIS_EXPORTER_CHECK_SINGLE_STREAMS'],
    scope: 'target',
    group,
    help: `The same for single streams, with every poll, ${keysHelp}`,
    kind: keyPatternList,
    default: undefined,
  },
  streamsExcludeConsumers: {
    flags: ['streams-exclude-consumer-metrics'],
    env: ['REDIS_EXPORTER_STREAMS_EXCLUDE_CONSUMER_METRICS'],
    scope: 'target',
    group,
    needs: ['check-streams', 'check-single-streams'],
    help: 'Leave out the series of each consumer of a stream',
    kind: flag,
    default: 'false',
  },
  disableKeyValues: {
    flags: ['disable-exporting-key-values'],
    env: ['REDIS_EXPORTER_DISABLE_EXPORTING_KEY_VALUES'],
    scope: 'target',
    group,
    needs: ['check-keys', 'check-single-keys'],
    help: 'Leave out the values of keys',
    kind: flag,
    default: 'false',
  },
  hashKeyNames: {
    flags: ['hash-key-names'],
    env: ['REDIS_EXPORTER_HASH_KEY_NAMES'],
    scope: 'target',
    group,
    needs: [
      'check-keys',
      'check-single-keys',
      'count-keys',
      'check-streams',
      'check-single-streams',
      'check-key-groups',
      'collect.biggest-keys',
      'collect.hotkeys',
    ],
    help: 'Show the beginning of the SHA-256 in the place of every name and text of the keyspace: keys, patterns, groups, consumers, values; numbers as values are left out',
    kind: flag,
    default: 'false',
  },
  missingKeys: {
    flags: ['missing-keys'],
    env: ['REDIS_EXPORTER_MISSING_KEYS'],
    scope: 'target',
    group,
    needs: ['check-keys', 'check-single-keys'],
    help: 'What a key gives that is named without a wildcard and is not there: a size of zero, or none',
    kind: oneOf(['zero', 'none']),
    default: 'zero',
  },
  skipKeysOfMaster: {
    flags: ['skip-checkkeys-for-role-master'],
    env: ['REDIS_EXPORTER_SKIP_CHECKKEYS_FOR_ROLE_MASTER'],
    scope: 'target',
    group,
    needs: [
      'check-keys',
      'check-single-keys',
      'count-keys',
      'check-streams',
      'check-single-streams',
      'collect.biggest-keys',
    ],
    help: 'Do not look at the keys of a server that is a master',
    kind: flag,
    default: 'false',
  },
} as const satisfies Options

/** Whether anything is named. */
export function isGiven(patterns: readonly unknown[] | undefined): boolean {
  return patterns !== undefined && patterns.length > 0
}

/** What a user must be allowed to read of what patterns name. */
export function keysOf(patterns: readonly KeyPattern[] | undefined): readonly string[] {
  return (patterns ?? []).map(({ pattern }) => pattern)
}

/** The same where each is the name of one key. */
export function namedKeys(names: readonly KeyPattern[] | undefined): readonly string[] {
  return keysOf(names).map(patternOfKey)
}
