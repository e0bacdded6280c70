import type { Reply } from '../../redis/command.ts'
import { isRedisError, redisError } from '../../redis/redis-error.ts'
import { type Instance, readInstances } from '../../redis/sentinel-instances.ts'
import type { Poll } from '../collector.ts'

export interface Quorum {
  readonly reached: boolean
  readonly message: string
}

/** What a Sentinel tells of one master beside its settings; each may fail on its own. */
export interface MasterDetails {
  readonly quorum: Promise<Quorum>
  readonly sentinels: Promise<readonly Instance[]>
  readonly replicas: Promise<readonly Instance[]>
}

/** The commands that are sent here, by the names of ACL rules. */
export const detailCommands = [
  'sentinel|ckquorum',
  'sentinel|sentinels',
  'sentinel|replicas',
  'sentinel|slaves',
] as const

/**
 * Reads all that depends on the name of a master, in one round trip. Of a master that is gone all
 * is refused, and nobody need wait for it.
 */
export function readMasterDetails(poll: Poll, name: string): MasterDetails {
  const details = {
    quorum: readQuorum(poll, name),
    sentinels: poll.read('SENTINEL', 'SENTINELS', name).then(readInstances),
    replicas: readReplicas(poll, name).then(readInstances),
  }
  for (const refused of Object.values(details)) refused.catch(() => undefined)
  return details
}

// A quorum that is lost is told by an error reply, so each poll raises total_error_replies of the
// Sentinel as long as that lasts; there is no other way to ask. Any other error is no verdict.
async function readQuorum(poll: Poll, name: string): Promise<Quorum> {
  try {
    const message = await poll.read('SENTINEL', 'CKQUORUM', name)
    if (typeof message === 'string') return { reached: true, message }
  } catch (error) {
    if (!isRedisError(error) || error.code !== 'NOQUORUM') throw error
    return { reached: false, message: error.message }
  }
  throw redisError('parse', 'the reply of SENTINEL CKQUORUM is not a text')
}

// REPLICAS came with Redis 5. A Sentinel that cannot tell what it knows refuses it once; the
// refusal is remembered and costs no further round trip.
async function readReplicas(poll: Poll, name: string): Promise<Reply> {
  const older = () => poll.read('SENTINEL', 'SLAVES', name)
  if (!poll.server.knows('sentinel|replicas')) return older()
  return poll.read('SENTINEL', 'REPLICAS', name).catch((error: unknown) => {
    if (isRedisError(error) && error.reason === 'unknown_command') return older()
    throw error
  })
}
