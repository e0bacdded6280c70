import type { Credentials } from '../targets/address.ts'
import { bytesOfText } from '../targets/any-bytes.ts'
import { isLoginFailure } from '../targets/login.ts'
import type { Login } from '../targets/wanted-target.ts'
import type { Command } from './command.ts'
import {
  isAbsence,
  isConnectionFailure,
  isRedisError,
  noPasswordSet,
  type RedisError,
  redisError,
} from './redis-error.ts'

// The user that a server has when nobody makes another; AUTH without a name means it.
const defaultUser = 'default'

/** A connection that is new. */
export interface NewConnection {
  /**
   * Resolves when the server takes the command, whose words are binary strings, and rejects with what it
   * answers otherwise.
   */
  readonly send: (command: Command) => Promise<void>
  /** Resolves with the cause when the connection ends. */
  readonly ended: Promise<RedisError>
}

/**
 * Logs in over a new connection. Credentials that are refused are read once more: where they are
 * others by now, they count.
 */
export async function authenticate(login: Login, connection: NewConnection): Promise<void> {
  const credentials = await readLogin(login, connection)
  try {
    await logIn(credentials, connection.send)
  } catch (refusal) {
    if (!isRedisError(refusal) || refusal.reason !== 'auth') throw refusal
    const anew = await readLogin(login, connection)
    if (isSame(credentials, anew)) throw refusal
    await logIn(anew, connection.send).catch((failure) => {
      // Whoever refuses may hang up as well.
      throw isRedisError(failure) && isConnectionFailure(failure) ? refusal : failure
    })
  }
}

async function readLogin(login: Login, { ended }: NewConnection): Promise<Credentials> {
  const end = ended.then((cause) => {
    if (cause.reason !== 'timeout') throw cause
    throw redisError('auth', 'the password was not there in time')
  })
  try {
    return await Promise.race([login.read(), end])
  } catch (failure) {
    if (isRedisError(failure)) throw failure
    if (isLoginFailure(failure)) throw redisError('auth', failure.message)
    throw redisError('auth', 'the password could not be read', '', failure)
  }
}

function isSame(one: Credentials, other: Credentials): boolean {
  return one.user === other.user && one.password?.reveal() === other.password?.reveal()
}

/** A server without a password, which serves everybody, is no failure; any other refusal is. */
async function logIn({ user, password }: Credentials, send: NewConnection['send']): Promise<void> {
  if (!password) return
  const secret = password.reveal()
  try {
    if (user === undefined) await send(['AUTH', toBinary(secret)])
    else await logInAs(user, secret, send)
  } catch (failure) {
    if (isRedisError(failure) && failure.code === noPasswordSet) return
    throw isRedisError(failure) ? explained(failure, secret) : failure
  }
}

// User names came with Redis 6: AUTH before takes the password alone, which is that of `default`.
async function logInAs(user: string, secret: string, send: NewConnection['send']): Promise<void> {
  try {
    await send(['AUTH', toBinary(user), toBinary(secret)])
  } catch (failure) {
    if (!isRedisError(failure) || !isAbsence(failure)) throw failure
    if (user === defaultUser) return await send(['AUTH', toBinary(secret)])
    throw redisError(
      'auth',
      'the server knows no user names (Redis before 6): give the password alone',
    )
  }
}

function toBinary(text: string): string {
  return bytesOfText(text).toString('latin1')
}

function explained(failure: RedisError, secret: string): RedisError {
  const { reason, message, code } = failure
  if (isAbsence(failure)) return redisError('auth', 'the server does not know AUTH in this form')
  if (reason === 'other') return redisError('auth', `the server refuses the password: ${message}`)
  const hint = reason === 'auth' ? oddity(secret) : undefined
  return hint ? redisError(reason, `${message}; ${hint}`, code) : failure
}

// Mistakes that no eye sees in a manifest; nothing of the password is said.
function oddity(secret: string): string | undefined {
  if (/[\r\n]$/.test(secret)) return 'the password ends in a line break'
  if (/[\r\n]/.test(secret)) return 'the password holds a line break'
  if (/^\s|\s$/.test(secret)) return 'the password begins or ends with a blank'
  if (/^(["']).*\1$/.test(secret)) return 'the password stands in quotes, which count as part of it'
  const reference = references.find(({ pattern }) => pattern.test(secret))
  if (!reference) return undefined
  return `the password is ${reference.shape} as it stands, of a variable that nobody put in`
}

const references = [
  { pattern: /^\$\([^()]*\)$/, shape: '$(…)' },
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a shell was to put in
  { pattern: /^\$\{[^{}]*\}$/, shape: '${…}' },
  { pattern: /^\{\{.*\}\}$/, shape: '{{…}}' },
]
