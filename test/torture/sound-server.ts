import type { Reply } from '../../src/redis/command.ts'
import { fromErrorReply, type RedisError } from '../../src/redis/redis-error.ts'
import { readFixture, recordedAnswer } from '../support/fixtures.ts'
import { keyOfEachKind } from '../support/key-replies.ts'
import { oneOf, type Random } from './random.ts'

/** Answers each command as a server does that was recorded. */
export type SoundServer = (words: readonly string[]) => Reply | RedisError

interface Recording {
  readonly folder: string
  readonly info: string
}

/** Servers of each kind: alone, in a cluster, replica, Sentinel; of Redis and of Valkey. */
const recordings: readonly Recording[] = [
  { folder: 'redis-7.0.15', info: 'info-everything' },
  { folder: 'redis-8.6.3', info: 'info-everything' },
  { folder: 'redis-8.6.3', info: 'info-cluster-node' },
  { folder: 'redis-8.6.3', info: 'info-replica-link-down' },
  { folder: 'valkey-9.1.2', info: 'info-everything' },
  { folder: 'valkey-9.1.2', info: 'info-cluster-node' },
  { folder: 'valkey-9.1.2', info: 'info-replica' },
  { folder: 'sentinel-8.6.3', info: 'info-all' },
  { folder: 'valkey-sentinel-9.1.2', info: 'info-all' },
]

const servers = recordings.map(soundServer)

/** One of the servers. */
export function anyServer(random: Random): SoundServer {
  return oneOf(servers, random) ?? usualServer
}

/** The server that is there when no harm is meant. */
export const usualServer = soundServer({ folder: 'redis-7.0.15', info: 'info-everything' })

function soundServer({ folder, info }: Recording): SoundServer {
  const recorded = recordedAnswer(folder)
  const text = readFixture(`${folder}/${info}.txt`)
  return ([name = '', ...rest]) => {
    if (name === 'INFO' && rest[0] !== 'debug') return text
    if (name === 'COMMAND') return rest.slice(1).map((word) => [word])
    if (name === 'SCAN') return ['0', keyOfEachKind]
    if (['CLIENT', 'SELECT', 'AUTH', 'READONLY'].includes(name) && rest[0] !== 'LIST') return 'OK'
    if (name === 'PING') return 'PONG'
    try {
      return recorded([name, ...rest])
    } catch {
      // What it was not recorded with.
      return fromErrorReply('ERR unknown command')
    }
  }
}
