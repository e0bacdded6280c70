import { showNames } from '../../keyspace/key-label.ts'
import type { Sample } from '../../metrics/metric.ts'
import { keyPatternList } from '../../options/key-pattern-kinds.ts'
import { chooseKeys, databasesOf, mayLookAtKeys, notYetGiven } from './key-choice.ts'
import { keyCollector, type Walk } from './key-collector.ts'
import { isGiven, keyOptions, keysOf, patternsHelp } from './key-options.ts'
import { heedRefusals } from './key-replies.ts'
import { leastSeriesOfStream, streamMetrics } from './stream-metrics.ts'
import { readStreams, type StreamRead, streamCommands } from './stream-reading.ts'

const { checkSingleStreams, hashKeyNames, skipKeysOfMaster, streamsExcludeConsumers } = keyOptions

export const checkStreams = keyCollector({
  name: 'check-streams',
  help: 'length, groups and consumers of the streams that match the patterns of --check-streams',
  metrics: streamMetrics,
  schedule: 'walk',
  commands: streamCommands,
  options: {
    checkStreams: {
      flags: ['check-streams'],
      env: ['REDIS_EXPORTER_CHECK_STREAMS'],
      scope: 'target',
      group: 'Keys, streams and scripts',
      help: `Patterns of streams whose groups and consumers to export, ${patternsHelp}`,
      kind: keyPatternList,
      default: undefined,
    },
    checkSingleStreams,
    streamsExcludeConsumers,
    hashKeyNames,
    skipKeysOfMaster,
  },
  example: { checkStreams: '*' },
  isWanted: (settings) => isGiven(settings.checkStreams),
  access: (settings) => ({ keys: keysOf(settings.checkStreams) }),
  appliesTo: mayLookAtKeys,
  start(walk) {
    const { settings } = walk
    const choose = chooseKeys(settings.checkStreams, settings.checkSingleStreams)
    const readHeeding = heedRefusals(walk)
    const all = new Map<number, Set<string>>()

    return {
      databases: databasesOf(settings.checkStreams),
      wants: (database) => choose(database).wish,
      async visit(database, keys, read) {
        const given = all.get(database) ?? new Set<string>()
        const chosen = notYetGiven(keys, choose(database), given)
        const some = walk.room() < leastSeriesOfStream ? [] : chosen
        const found = await readStreams(
          {
            database,
            keys: some,
            withConsumers: !settings.streamsExcludeConsumers,
            show: showNames(settings),
            reject: walk.reject,
          },
          (commands) => readHeeding(read, commands),
        )
        return () => {
          walk.leaveOut((chosen.length - some.length) * leastSeriesOfStream)
          for (const { key } of found) given.add(key)
          all.set(database, given)
          return whole(walk, found)
        }
      },
      leave: async (database) => () => {
        all.delete(database)
        return []
      },
    }
  },
})

// How many series a stream has is known only when it was read: whole streams as far as they fit.
function whole(walk: Walk, streams: readonly StreamRead[]): readonly Sample[] {
  const samples: Sample[] = []
  for (const one of streams) {
    if (samples.length + one.samples.length <= walk.room()) samples.push(...one.samples)
    else walk.leaveOut(one.samples.length)
  }
  return samples
}
