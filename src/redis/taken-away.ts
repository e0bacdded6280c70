import { mayHave, type ServerKind } from './command-versions.ts'
import { isAbsence, type RedisError } from './redis-error.ts'

// Keys that somebody named are lost without them.
const aboutKeys: ReadonlySet<string> = new Set([
  ...['select', 'readonly', 'scan', 'type', 'memory|usage', 'getrange', 'strlen', 'pfcount'],
  ...['llen', 'scard', 'zcard', 'hlen', 'xlen', 'arcount', 'vcard'],
  ...['xinfo|stream', 'xinfo|groups', 'xinfo|consumers'],
])

type Kind = Pick<ServerKind, 'redisVersion' | 'mode'>

/**
 * Whether a command about keys is missing because somebody took it away from the server, as by
 * rename-command: others of its version have it.
 */
export function isTakenAway(command: string, { redisVersion, mode }: Kind): boolean {
  // One that tells no version may be of any age; Valkey has them all by the version that it is compatible with.
  const kind = { redisVersion: redisVersion || '0', valkeyVersion: '', mode }
  return aboutKeys.has(command) && mayHave(command, kind)
}

/**
 * Whether an error refuses a command in a way that is a failure, to be told: the user may not run it, or it
 * was taken away. What a server does not have for its age or kind is none.
 */
export function isRefusalToTell(command: string, error: RedisError, server: Kind): boolean {
  return error.reason === 'noperm' || (isAbsence(error) && isTakenAway(command, server))
}
