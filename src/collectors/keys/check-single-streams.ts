import { showNames } from '../../keyspace/key-label.ts'
import { isTakenAway } from '../../redis/taken-away.ts'
import { collector } from '../collector.ts'
import { mayLookAtKeys } from './key-choice.ts'
import { isGiven, keyOptions, namedKeys } from './key-options.ts'
import { keysOfNode, nodeCommands } from './keys-of-node.ts'
import { readEachDatabase } from './single-databases.ts'
import { streamMetrics } from './stream-metrics.ts'
import { readStreams, streamCommands } from './stream-reading.ts'

export const checkSingleStreams = collector({
  name: 'check-single-streams',
  help: 'length, groups and consumers of the streams that --check-single-streams names',
  metrics: streamMetrics,
  oncePerMaster: true,
  commands: ['select', ...nodeCommands, ...streamCommands],
  options: {
    checkSingleStreams: keyOptions.checkSingleStreams,
    streamsExcludeConsumers: keyOptions.streamsExcludeConsumers,
    hashKeyNames: keyOptions.hashKeyNames,
    skipKeysOfMaster: keyOptions.skipKeysOfMaster,
  },
  example: { checkSingleStreams: 'orders,db3=orders' },
  isWanted: (settings) => isGiven(settings.checkSingleStreams),
  access: (settings) => ({ keys: namedKeys(settings.checkSingleStreams) }),
  appliesTo: (server) =>
    server.mode !== 'sentinel' && (server.knows('xinfo') || isTakenAway('xinfo|stream', server)),
  async collect(poll) {
    const { settings, server } = poll
    if (!mayLookAtKeys(server, settings)) return []
    return readEachDatabase(poll, settings.checkSingleStreams, async (database, keys) => {
      const found = await readStreams(
        {
          database,
          keys: await keysOfNode(poll, database, keys),
          withConsumers: !settings.streamsExcludeConsumers,
          show: showNames(settings),
          reject: (field) => poll.reject(field, `of a stream in database ${database}`),
        },
        (commands) => poll.readIn(database, commands),
      )
      return found.flatMap(({ samples }) => poll.take(samples))
    })
  },
})
