import type { Login } from '../targets/wanted-target.ts'
import type { Reply } from './command.ts'
import type { Connection } from './connection.ts'
import { isRedisError, redisError } from './redis-error.ts'

const unnamed = 'the password file has no entry for this server and user'

/**
 * A connection that tells beside the failure of a server which asks for a password that a password
 * file was asked in vain: that it has no entry is a mistake only where the server wants one.
 */
export function withLoginHint<C extends Connection>(login: Login, create: (login: Login) => C): C {
  let wentWithout = false

  const connection = create({
    ...login,
    async read() {
      const credentials = await login.read()
      wentWithout = credentials.isUnnamed === true && !credentials.password
      return credentials
    },
  })

  async function explained(reply: Promise<Reply>): Promise<Reply> {
    try {
      return await reply
    } catch (failure) {
      if (!isRedisError(failure) || failure.reason !== 'auth') throw failure
      const { reason, message, code, cause } = failure
      throw redisError(reason, `${message}; ${unnamed}`, code, cause)
    }
  }

  return {
    ...connection,
    send(commands, words) {
      const replies = connection.send(commands, words)
      return wentWithout ? replies.map(explained) : replies
    },
  }
}
