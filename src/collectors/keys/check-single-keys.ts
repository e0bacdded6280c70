import type { Sample } from '../../metrics/metric.ts'
import type { Values } from '../../options/option.ts'
import type { Exchange } from '../../redis/connection.ts'
import { collector, type Poll } from '../collector.ts'
import { mayLookAtKeys } from './key-choice.ts'
import { isGiven, keyOptions, namedKeys } from './key-options.ts'
import { keyCommands, keyMetrics, newerKeyCommands, readKeys } from './key-reading.ts'
import { keysOfNode, nodeCommands } from './keys-of-node.ts'
import { readEachDatabase } from './single-databases.ts'

const options = {
  checkSingleKeys: keyOptions.checkSingleKeys,
  disableKeyValues: keyOptions.disableKeyValues,
  hashKeyNames: keyOptions.hashKeyNames,
  missingKeys: keyOptions.missingKeys,
  skipKeysOfMaster: keyOptions.skipKeysOfMaster,
}

export const checkSingleKeys = collector({
  name: 'check-single-keys',
  help: 'size, memory and value of the keys that --check-single-keys names',
  metrics: Object.values(keyMetrics),
  oncePerMaster: true,
  commands: ['select', ...nodeCommands, ...keyCommands],
  newerCommands: newerKeyCommands,
  options,
  example: { checkSingleKeys: 'list,db3=list' },
  isWanted: (settings) => isGiven(settings.checkSingleKeys),
  access: (settings) => ({ keys: namedKeys(settings.checkSingleKeys) }),
  appliesTo: (server) => server.mode !== 'sentinel',
  async collect(poll) {
    const { settings, server } = poll
    if (!mayLookAtKeys(server, settings)) return []
    return readEachDatabase(poll, settings.checkSingleKeys, (db, keys) =>
      readDatabase(poll, db, keys),
    )
  },
})

async function readDatabase(
  poll: Poll<Values<typeof options>>,
  database: number,
  named: readonly string[],
): Promise<readonly Sample[]> {
  const keys = await keysOfNode(poll, database, named)
  const what = {
    database,
    withValues: !poll.settings.disableKeyValues,
    hashKeyNames: poll.settings.hashKeyNames,
    countsAsEmpty: () => poll.settings.missingKeys === 'zero',
    reject: (field: string) => poll.reject(field, `an error in database ${database}`),
  }
  const read: Exchange = (commands) => poll.readIn(database, commands)
  const { samples, followUps } = await readKeys({ ...what, keys, followUps: [] }, read)
  // A third round trip only where there is a HyperLogLog or a long value.
  const late = await readKeys({ ...what, keys: [], followUps }, read)
  return [...samples, ...late.samples]
}
