import { type Command, commandName } from './command.ts'
import { isRedisError, type RedisError, redisError } from './redis-error.ts'
import type { FramingFault, ReplyBounds } from './reply-progress.ts'

/** The faults of replies that are sound, and more than may be. */
export type ExcessFault = Exclude<FramingFault, 'malformed' | 'unasked'>

/** What was more than may be, and of which size the replies of the round trip are so far. */
export interface Excess {
  readonly fault: ExcessFault
  readonly bounds: ReplyBounds
  readonly sizes: readonly number[]
}

export function isExcess(fault: FramingFault | undefined): fault is ExcessFault {
  return fault === 'too large' || fault === 'too large together' || fault === 'too many elements'
}

/**
 * The error for it. `asked` are the commands of the round trip. One of them is to blame: whose reply
 * is under way, or, where all together are too large, whose reply takes most. Without INFO nothing
 * can be read, so that is named last.
 */
export function tooLarge({ fault, bounds, sizes }: Excess, asked: readonly Command[]): RedisError {
  const places = [...sizes.keys()].filter((place) => !isNeeded(asked[place]))
  const largest = places.sort((one, other) => (sizes[other] ?? 0) - (sizes[one] ?? 0))[0]
  const last = sizes.length - 1
  const command = asked[fault === 'too large together' ? (largest ?? last) : last]
  const name = command ? `to ${nameOf(command)} ` : ''
  const error = redisError('too_large', `${messageOf(fault, name, bounds)}${remedy}`)
  return command && !isNeeded(command) ? Object.assign(error, { command }) : error
}

/**
 * What the other commands of the round trip failed with, which had no part in it. The cause is what
 * ended the connection.
 */
export function endedBy(tooLarge: RedisError): RedisError {
  const message = 'the connection ended with a reply that was too large'
  return redisError('connection', message, '', tooLarge)
}

/**
 * The error of a command that was alone under way when the server ended the connection, as it does
 * where the reply is more than it lets wait for a client. Without INFO nothing can be read, so that
 * is not blamed.
 */
export function endedAt(command: Command, cause: RedisError): RedisError {
  if (isNeeded(command)) return cause
  const message = `the server ended the connection at ${nameOf(command)}; its client-output-buffer-limit may be too low`
  return Object.assign(redisError('too_large', message, '', cause), { command })
}

/** Whether it is the error of a command at which the server ended the connection. */
export function isEndedAt({ reason, cause }: RedisError): boolean {
  return reason === 'too_large' && isServersEnd(cause)
}

/** The code, of our own, of a connection that ended because the server said nothing. */
export const serverFellSilent = 'SILENT'

/** Whether the server ended a connection, or whatever is between, and not we. */
export function isServersEnd(failure: unknown): failure is RedisError {
  if (!isRedisError(failure) || failure.reason !== 'connection') return false
  return failure.code !== serverFellSilent && !tooLargeOf(failure)
}

/** The error of a reply that was too large, where that is why a command failed. */
export function tooLargeOf(error: RedisError): RedisError | undefined {
  const { cause = error } = error
  return [error, cause].filter(isRedisError).find(({ reason }) => reason === 'too_large')
}

const remedy = '; --redis.max-reply-bytes allows for more'

function messageOf(fault: ExcessFault, name: string, bounds: ReplyBounds): string {
  switch (fault) {
    case 'too large':
      return `the reply ${name}is larger than ${bounds.bytes} bytes`
    case 'too many elements':
      return `the reply ${name}has more than ${bounds.elements} elements`
    case 'too large together':
      return `with the reply ${name}the replies are larger than ${bounds.bytesTogether} bytes`
  }
}

function nameOf(command: Command): string {
  return commandName(command).replace('|', ' ').toUpperCase()
}

// A walk goes by the replies to SCAN. The words of AUTH are a secret besides.
function isNeeded(command: Command | undefined): boolean {
  return command === undefined || /^(info|scan|auth|select)$/i.test(command[0])
}
