import type { Command, Reply } from '../redis/command.ts'
import type { Connection } from '../redis/connection.ts'
import { parseInfo } from '../redis/info.ts'
import { isRedisError, isRefusal, redisError } from '../redis/redis-error.ts'
import { readInstances } from '../redis/sentinel-instances.ts'
import { type ServerInfo, serverInfo } from '../redis/server-info.ts'
import { readSeenMaster, type SentinelView } from './sentinel-view.ts'

/** The commands that are sent here. */
export const sentinelCommands: readonly string[] = [
  ...['sentinel|myid', 'sentinel|masters', 'sentinel|sentinels'],
  ...['sentinel|replicas', 'sentinel|slaves'],
]

/** No Sentinel watches more in earnest: each costs it commands every second. */
const mostMasters = 1_000

/**
 * Makes the function that reads what a Sentinel sees: its masters, or those of some names, and the
 * Sentinels and replicas of each. Takes two round trips, over a new connection three.
 */
export function createReadSentinelView(names: readonly string[]) {
  let server: ServerInfo | undefined
  let id = ''

  const send = (connection: Connection, commands: readonly Command[]) =>
    Promise.all(connection.send(commands))

  async function meet(connection: Connection): Promise<ServerInfo> {
    const [info] = await send(connection, [['INFO', 'server']])
    const met = serverInfo(parseInfo(text(info)), undefined)
    if (met.mode !== 'sentinel') throw redisError('other', 'the server is no Sentinel')
    // Who knows no ids is told by address.
    id = met.knows('sentinel|myid') ? await readId(connection) : ''
    return met
  }

  return async (connection: Connection, isNew: boolean): Promise<SentinelView> => {
    if (isNew || !server) server = await meet(connection)
    const replicas = server.knows('sentinel|replicas') ? 'REPLICAS' : 'SLAVES'
    const [all = null] = await send(connection, [['SENTINEL', 'MASTERS']])
    const masters = (await readInstances(all))
      .map((instance) => ({ instance, name: instance.get('name') ?? '' }))
      .filter(({ name }) => name !== '' && (names.length === 0 || names.includes(name)))
      .slice(0, mostMasters)
    const asked = masters.map(async ({ instance, name }) => {
      const [sentinels, ofMaster] = await Promise.all(
        connection
          .send([
            ['SENTINEL', 'SENTINELS', name],
            ['SENTINEL', replicas, name],
          ])
          .map(async (reply) => readInstances(await reply)),
      )
      return readSeenMaster(instance, sentinels ?? [], ofMaster ?? [])
    })
    const seen = await Promise.all(asked.map((one) => one.catch(noneIfGone)))
    return { id, run: server.runId, masters: seen.flatMap((master) => master ?? []) }
  }
}

async function readId(connection: Connection): Promise<string> {
  const [asked] = connection.send([['SENTINEL', 'MYID']])
  try {
    return text(await asked)
  } catch (failure) {
    if (isRedisError(failure) && isRefusal(failure)) return ''
    throw failure
  }
}

// A master that was removed since it was listed.
function noneIfGone(failure: unknown): undefined {
  if (isRedisError(failure) && failure.reason === 'other') return undefined
  throw failure
}

function text(reply: Reply | undefined): string {
  return typeof reply === 'string' ? reply : ''
}
