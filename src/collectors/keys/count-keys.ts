import { compileGlob } from '../../keyspace/glob.ts'
import { shownKey } from '../../keyspace/key-label.ts'
import { gauge, sample } from '../../metrics/metric.ts'
import { keyPatternList } from '../../options/key-pattern-kinds.ts'
import { databasesOf, mayLookAtKeys, patternsByDatabase } from './key-choice.ts'
import { keyCollector } from './key-collector.ts'
import { isGiven, keyOptions, keysOf, patternsHelp } from './key-options.ts'

const keysCount = gauge('keys_count', 'Keys that match a pattern (SCAN)', ['db', 'key'])

interface Count {
  readonly pattern: string
  readonly matches: (key: string) => boolean
  keys: number
}

const { hashKeyNames, skipKeysOfMaster } = keyOptions

export const countKeys = keyCollector({
  name: 'count-keys',
  help: 'how many keys match the patterns of --count-keys',
  metrics: [keysCount],
  schedule: 'walk',
  commands: [],
  options: {
    countKeys: {
      flags: ['count-keys'],
      env: ['REDIS_EXPORTER_COUNT_KEYS'],
      scope: 'target',
      group: 'Keys, streams and scripts',
      help: `Patterns of keys to count, ${patternsHelp}`,
      kind: keyPatternList,
      default: undefined,
    },
    hashKeyNames,
    skipKeysOfMaster,
  },
  example: { countKeys: '*' },
  isWanted: (settings) => isGiven(settings.countKeys),
  // How many keys have a name is for SCAN to say, too.
  access: (settings) => ({ commands: ['scan'], keys: keysOf(settings.countKeys) }),
  appliesTo: mayLookAtKeys,
  start(walk) {
    const counts = new Map(
      [...patternsByDatabase(walk.settings.countKeys)]
        .filter(([database]) => database < walk.databases)
        .map(([database, patterns]) => [database, countsOf(patterns)]),
    )
    const countsIn = (database: number) => counts.get(database) ?? []

    return {
      databases: databasesOf(walk.settings.countKeys),
      // Also a pattern without a wildcard: that a key is visited does not say that it is there.
      wants: (database) => ({
        keys: [],
        patterns: countsIn(database).map(({ pattern }) => pattern),
      }),
      // A key that SCAN gives twice counts twice: remembering millions of keys would cost more.
      visit: async (database, keys) => () => {
        for (const count of countsIn(database))
          for (const key of keys) if (count.matches(key)) count.keys += 1
        return []
      },
      overlaps: true,
      finish: () =>
        [...counts]
          .filter(([database]) => walk.couldRead(database))
          .flatMap(([database, all]) =>
            all.map(({ pattern, keys }) =>
              sample(keysCount, keys, {
                db: `db${database}`,
                key: shownKey(pattern, walk.settings),
              }),
            ),
          ),
    }
  },
})

function countsOf(patterns: readonly string[]): readonly Count[] {
  // All keys that are shown match one of them: where there is no other, that one.
  const isOnly = patterns.length === 1
  return patterns.map((pattern) => ({
    pattern,
    matches: isOnly ? () => true : compileGlob(pattern),
    keys: 0,
  }))
}
