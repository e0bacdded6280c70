import { keyPatternList } from '../../options/key-pattern-kinds.ts'
import type { Exchange } from '../../redis/connection.ts'
import { chooseKeys, databasesOf, mayLookAtKeys, notYetGiven } from './key-choice.ts'
import { keyCollector } from './key-collector.ts'
import { isGiven, keyOptions, keysOf, patternsHelp } from './key-options.ts'
import {
  type FollowUp,
  keyCommands,
  keyMetrics,
  leastSeriesOfKey,
  mostSeriesOfKey,
  newerKeyCommands,
  readKeys,
} from './key-reading.ts'
import { heedRefusals } from './key-replies.ts'

/** What is kept of a database while it is walked; it changes only when replies are taken in. */
interface Progress {
  readonly given: Set<string>
  followUps: readonly FollowUp[]
}

const { checkSingleKeys, disableKeyValues, hashKeyNames, missingKeys, skipKeysOfMaster } =
  keyOptions

export const checkKeys = keyCollector({
  name: 'check-keys',
  help: 'size, memory and value of the keys that match the patterns of --check-keys',
  metrics: Object.values(keyMetrics),
  schedule: 'walk',
  commands: keyCommands,
  newerCommands: newerKeyCommands,
  options: {
    checkKeys: {
      flags: ['check-keys'],
      env: ['REDIS_EXPORTER_CHECK_KEYS'],
      scope: 'target',
      group: 'Keys, streams and scripts',
      help: `Patterns of keys whose size, memory and value to export, ${patternsHelp}`,
      kind: keyPatternList,
      default: undefined,
    },
    checkSingleKeys,
    disableKeyValues,
    hashKeyNames,
    missingKeys,
    skipKeysOfMaster,
  },
  example: { checkKeys: '*' },
  isWanted: (settings) => isGiven(settings.checkKeys),
  access: (settings) => ({ keys: keysOf(settings.checkKeys) }),
  appliesTo: mayLookAtKeys,
  start(walk) {
    const { settings } = walk
    const choose = chooseKeys(settings.checkKeys, settings.checkSingleKeys)
    const readHeeding = heedRefusals(walk)
    const all = new Map<number, Progress>()
    const progressOf = (database: number) =>
      all.get(database) ?? { given: new Set<string>(), followUps: [] }

    // What is open of the last keys travels with the types of the next.
    async function readOn(database: number, keys: readonly string[], read: Exchange) {
      const { followUps } = progressOf(database)
      const countsAsEmpty = (key: string) =>
        settings.missingKeys === 'zero' && choose(database).names(key)
      const withValues = !settings.disableKeyValues
      const what = {
        database,
        keys,
        followUps,
        withValues,
        hashKeyNames: settings.hashKeyNames,
        countsAsEmpty,
      }
      return await readKeys({ ...what, reject: walk.reject }, (commands) =>
        readHeeding(read, commands),
      )
    }

    return {
      databases: databasesOf(settings.checkKeys),
      wants: (database) => choose(database).wish,
      async visit(database, keys, read) {
        const progress = progressOf(database)
        const chosen = notYetGiven(keys, choose(database), progress.given)
        // Whole keys only, so that none is shown by a half of its series.
        const room = Math.floor((walk.room() - progress.followUps.length) / mostSeriesOfKey)
        const some = chosen.slice(0, Math.max(0, room))
        const found = some.length > 0 ? await readOn(database, some, read) : undefined
        return () => {
          walk.leaveOut((chosen.length - some.length) * leastSeriesOfKey)
          if (!found) return []
          for (const key of found.found) progress.given.add(key)
          progress.followUps = found.followUps
          all.set(database, progress)
          return found.samples
        }
      },
      async leave(database, read) {
        const { samples } = await readOn(database, [], read)
        return () => {
          all.delete(database)
          return samples
        }
      },
    }
  },
})
