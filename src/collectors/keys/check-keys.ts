import { chooseKeys, databasesOf, mayLookAtKeys, notYetGiven } from './key-choice.ts'
import type { KeyCollector, ReadAll } from './key-collector.ts'
import {
  type FollowUp,
  keyCommands,
  keyMetrics,
  leastSeriesOfKey,
  mostSeriesOfKey,
  readKeys,
} from './key-reading.ts'
import { heedRefusals } from './key-replies.ts'

/** What is kept of a database while it is walked; it changes only when replies are taken in. */
interface Progress {
  readonly given: Set<string>
  followUps: readonly FollowUp[]
}

export const checkKeys: KeyCollector = {
  name: 'check-keys',
  help: 'size, memory and value of the keys that match the patterns of --check-keys',
  metrics: Object.values(keyMetrics),
  commands: keyCommands,
  isWanted: (settings) => (settings.checkKeys ?? []).length > 0,
  appliesTo: mayLookAtKeys,
  start(walk) {
    const { checkKeys: patterns, checkSingleKeys, disableKeyValues, hashKeyNames } = walk.settings
    const choose = chooseKeys(patterns, checkSingleKeys)
    const readUnlessRefused = heedRefusals(walk)
    const all = new Map<number, Progress>()
    const progressOf = (database: number) =>
      all.get(database) ?? { given: new Set<string>(), followUps: [] }

    // What is open of the last keys travels with the types of the next.
    async function readOn(database: number, keys: readonly string[], read: ReadAll) {
      const { followUps } = progressOf(database)
      const isNamed = (key: string) => choose(database).names(key)
      const withValues = !disableKeyValues
      const what = {
        database,
        keys,
        followUps,
        withValues,
        hashKeyNames,
        isNamed,
      }
      return await readKeys({ ...what, reject: walk.reject }, (commands) =>
        readUnlessRefused(read, commands),
      )
    }

    return {
      databases: databasesOf(patterns),
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
}
