import type { Collector } from './collector.ts'
import { mayLookAtKeys, patternsByDatabase } from './key-choice.ts'
import { keysOfNode, nodeCommands } from './keys-of-node.ts'
import { streamMetrics } from './stream-metrics.ts'
import { readStreams, streamCommands } from './stream-reading.ts'

export const checkSingleStreams: Collector = {
  name: 'check-single-streams',
  help: 'length, groups and consumers of the streams that --check-single-streams names',
  metrics: streamMetrics,
  commands: ['select', ...nodeCommands, ...streamCommands],
  isWanted: (settings) => (settings.checkSingleStreams ?? []).length > 0,
  appliesTo: (server) => server.mode !== 'sentinel' && server.knows('xinfo'),
  async collect(poll) {
    const { settings, server } = poll
    if (!mayLookAtKeys(server, settings)) return []
    const databases = [...patternsByDatabase(settings.checkSingleStreams)]
    const found = await Promise.all(
      databases.map(async ([database, keys]) =>
        readStreams(
          {
            database,
            keys: await keysOfNode(poll, database, keys),
            withConsumers: !settings.streamsExcludeConsumers,
            reject: (field) => poll.reject(field, `of a stream in database ${database}`),
          },
          (commands) => poll.readIn(database, commands),
        ),
      ),
    )
    return found.flat().flatMap(({ samples }) => poll.take(samples))
  },
}
