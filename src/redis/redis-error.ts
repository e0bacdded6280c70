import type { Command } from './command.ts'
import { readScriptFailure, type ScriptFailure } from './script-error.ts'

/** Why something failed: the closed list that metrics, logs and pages use. */
export const reasons = [
  'timeout',
  'connection',
  'tls',
  'auth',
  'noperm',
  'unknown_command',
  'loading',
  'masterdown',
  'clusterdown',
  'busy',
  'readonly',
  'oom',
  'misconf',
  'noreplicas',
  'tryagain',
  'protocol',
  'too_large',
  'parse',
  'other',
] as const

export type Reason = (typeof reasons)[number]

/**
 * A failure with its reason. The message is ours, made of fixed words and codes: it never holds
 * text of the server or of a library, which may quote a password, a key or an address.
 */
export interface RedisError extends Error {
  readonly name: 'RedisError'
  readonly reason: Reason
  /** The first word of an error reply, such as MOVED or WRONGTYPE. */
  readonly code?: string
  /** Whose reply was too large, where other commands are answered without it. */
  readonly command?: Command
}

export function redisError(
  reason: Reason,
  message: string,
  code = '',
  cause?: unknown,
): RedisError {
  const known = code === '' ? {} : { code }
  const error = new Error(message, cause === undefined ? undefined : { cause })
  return Object.assign(error, { name: 'RedisError' as const, reason, ...known })
}

/** The reason and the message, for labels, logs and pages. */
export function describe(error: RedisError): string {
  return `${error.reason}: ${error.message}`
}

/** The cause, as logs name it; nothing where there is none. */
export function causeOf({ cause }: RedisError): { readonly err?: unknown } {
  return cause === undefined ? {} : { err: cause }
}

export function isRedisError(error: unknown): error is RedisError {
  return error instanceof Error && error.name === 'RedisError' && 'reason' in error
}

/**
 * What a collector failed with. Anything but a RedisError is a mistake of ours in reading a reply;
 * its text may quote the reply, so it stays here.
 */
export function toRedisError(failure: unknown): RedisError {
  if (isRedisError(failure)) return failure
  const kind = failure instanceof Error ? failure.name : 'unknown failure'
  return redisError('parse', `the reply could not be read (${kind})`, '', failure)
}

/** Whether the server refuses the command for good: asking again would be in vain. */
export function isRefusal(error: RedisError): boolean {
  return (error.reason === 'noperm' && !concernsDatabase(error)) || isAbsence(error)
}

/** Whether the user may do nothing in a database, whatever the command. */
export function concernsDatabase({ code }: RedisError): boolean {
  return code === noDatabaseAccess
}

/** Whether the server does not have the command or this form of it: that is no failure. */
export function isAbsence({ reason }: RedisError): boolean {
  return reason === 'unknown_command'
}

/** Whether the whole server answers so for now: the next command would be answered in the same way. */
export function concernsServer(error: RedisError): boolean {
  return !concernsCommand(error) && !isConnectionFailure(error) && error.reason !== 'too_large'
}

/** Whether it tells of one command or key alone, as against a server that answers nothing for now. */
export function concernsCommand(error: RedisError): boolean {
  return isRefusal(error) || ['other', 'parse'].includes(error.reason) || concernsDatabase(error)
}

/** Whether no reply came at all, as against an error reply. */
export function isConnectionFailure({ reason }: RedisError): boolean {
  return ['timeout', 'connection', 'tls', 'protocol'].includes(reason)
}

const codes: Readonly<Record<string, { reason: Reason; message: string }>> = {
  NOPERM: { reason: 'noperm', message: 'the user may not run the command (NOPERM)' },
  NOAUTH: { reason: 'auth', message: 'the server asks for a password (NOAUTH)' },
  WRONGPASS: { reason: 'auth', message: 'wrong user name or password (WRONGPASS)' },
  DENIED: { reason: 'auth', message: 'the server refuses clients without a password (DENIED)' },
  LOADING: { reason: 'loading', message: 'the server is loading its data (LOADING)' },
  MASTERDOWN: { reason: 'masterdown', message: 'the link to the master is down (MASTERDOWN)' },
  CLUSTERDOWN: { reason: 'clusterdown', message: 'the cluster does not serve keys (CLUSTERDOWN)' },
  BUSY: { reason: 'busy', message: 'the server is busy running a script (BUSY)' },
  READONLY: { reason: 'readonly', message: 'the server is a read-only replica (READONLY)' },
  OOM: { reason: 'oom', message: 'the server is out of memory (OOM)' },
  MISCONF: { reason: 'misconf', message: 'the server cannot save its data (MISCONF)' },
  NOREPLICAS: { reason: 'noreplicas', message: 'the server has too few replicas (NOREPLICAS)' },
  TRYAGAIN: { reason: 'tryagain', message: 'the slot of the keys is on its way (TRYAGAIN)' },
}

/**
 * An error reply of the server as our error. Only its first word is looked at, and beyond the
 * codes we know only whether it says that a command or subcommand is not known, or what a Sentinel
 * lacks for a failover.
 */
export function fromErrorReply(reply: string): RedisError {
  const code = /^-?([A-Z][A-Z0-9_]{0,59})\b/.exec(reply)?.[1] ?? ''
  const ofScript = readScriptFailure(reply)
  if (ofScript) return scriptError(ofScript, code)
  const known = codes[code]
  const withoutAccess = code === 'NOPERM' ? accessDenied(reply) : undefined
  if (withoutAccess) return withoutAccess
  if (known) return redisError(known.reason, known.message, code)
  const lost = code === 'NOQUORUM' ? quorumLost(reply) : ''
  if (lost) return redisError('other', lost, code)
  if (/\bno password is set\b|\bwithout any password configured\b/i.test(reply))
    return redisError('other', 'the server has no password', noPasswordSet)
  if (/\bDB index is out of range\b|\binvalid DB index\b|\bSELECT is not allowed\b/i.test(reply))
    return noSuchDatabase(code)
  if (/\bunknown command\b/i.test(reply))
    return redisError(
      'unknown_command',
      'the server does not know the command, or only by another name',
    )
  if (/\bunknown (sentinel )?(sub)?command\b|wrong number of arguments/i.test(reply))
    return redisError('unknown_command', 'the server does not know the command in this form')
  if (/invalid password|invalid username-password/i.test(reply))
    return redisError('auth', 'wrong user name or password')
  if (/max number of clients/i.test(reply))
    return redisError('connection', 'the server has no room for another client (maxclients)')
  return redisError(
    'other',
    code ? `the server answered with an error (${code})` : 'the server answered with an error',
    code,
  )
}

/** The code, of our own, of what a user may do nothing with in a database: it is no key and no command. */
const noDatabaseAccess = 'NODATABASEACCESS'

// That one key or database may not be looked at does not refuse the command for others. The name of the
// user may stand in front, in which there is no blank.
function accessDenied(reply: string): RedisError | undefined {
  const [, what = ''] = / (?:to|can't) access (.*)/.exec(reply) ?? []
  if (/\bdatabase\b/.test(what))
    return redisError('noperm', 'the user may not access the database (NOPERM)', noDatabaseAccess)
  if (/\bkeys?\b/.test(what))
    return redisError('other', 'the user may not access the key (NOPERM)', 'NOPERM')
  return undefined
}

/** That somebody named a database which a server does not have. */
export function noSuchDatabase(code = ''): RedisError {
  return redisError('other', 'there is no such database', code)
}

function scriptError({ line, text }: ScriptFailure, code: string): RedisError {
  const said = text ?? 'an error with words of the script, which may hold data and are not shown'
  const ofServer = code === '' || code === 'ERR' ? '' : ` (${code})`
  return redisError('other', `line ${line}: ${said}${ofServer}`, code)
}

/** The code, of our own, of the answer to AUTH of a server that lets everybody in. */
export const noPasswordSet = 'NOPASSWORDSET'

const quorumLacks = [
  'Not enough available Sentinels to reach the specified quorum for this master',
  'Not enough available Sentinels to reach the majority and authorize a failover',
]

// What SENTINEL CKQUORUM answers is a measurement, and dashboards know its words as a label. They
// are written anew from ours: of the reply only a number passes.
function quorumLost(reply: string): string {
  const usable = /^-?NOQUORUM (\d{1,9}) usable Sentinels\. /.exec(reply)?.[1]
  const lacks = quorumLacks.filter((lack) => reply.includes(lack))
  return usable && lacks.length > 0
    ? `NOQUORUM ${usable} usable Sentinels. ${lacks.join('. ')}`
    : ''
}

/** A failure of Node or of the client library as our error: its code at most, never its text. */
export function fromFailure(failure: unknown): RedisError {
  if (isRedisError(failure)) return failure
  const code = errorCode(failure)
  const text = failure instanceof Error ? failure.message : ''
  if (/RESP type|protocol error|call stack|command queue state/i.test(text))
    return redisError('protocol', 'the answer is not the Redis protocol')
  if (code !== undefined && /CERT|SSL|TLS|ALTNAME|SELF_SIGNED|UNABLE_TO/.test(code))
    return redisError('tls', `the TLS handshake failed (${code})`)
  return redisError('connection', code ? `no connection (${code})` : 'the connection was closed')
}

/** The code of an error of Node, such as ECONNREFUSED; it never holds anything of the outside. */
export function errorCode(failure: unknown): string | undefined {
  if (typeof failure !== 'object' || failure === null || !('code' in failure)) return undefined
  const { code } = failure
  return typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? code : undefined
}
