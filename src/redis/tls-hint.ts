import type { Reply } from './command.ts'
import type { Connection } from './connection.ts'
import { isConnectionFailure, isRedisError, redisError } from './redis-error.ts'

const withoutTls = 'does the server speak TLS (rediss://)?'
const withTls = 'does the server speak TLS, or is it redis://?'

/**
 * A connection that asks beside its failure whether both sides speak TLS, for as long as the server
 * has said nothing over it: one that does not understand us hangs up or waits, and never says why.
 */
export function withTlsHint(connection: Connection, speaksTls: boolean): Connection {
  let hasAnswered = false

  function hinted(failure: unknown, hint: string, pattern: RegExp): unknown {
    if (!isRedisError(failure) || !pattern.test(failure.message)) return failure
    const { reason, message, code, cause } = failure
    return redisError(reason, `${message}; ${hint}`, code, cause)
  }

  async function listened(reply: Promise<Reply>): Promise<Reply> {
    try {
      const given = await reply
      hasAnswered = true
      return given
    } catch (failure) {
      // An error reply is an answer too.
      if (!isRedisError(failure) || !isConnectionFailure(failure)) hasAnswered = true
      if (hasAnswered || speaksTls) throw failure
      throw hinted(failure, withoutTls, /closed|ECONNRESET|EPIPE/)
    }
  }

  return {
    async open() {
      try {
        const state = await connection.open()
        if (state === 'opened') hasAnswered = false
        return state
      } catch (failure) {
        if (speaksTls) throw hinted(failure, withTls, /no answer|VERSION|LENGTH|EPROTO|ECONNRESET/)
        throw hinted(failure, withoutTls, /closed|ECONNRESET|EPIPE/)
      }
    },
    send: (commands, words) => connection.send(commands, words).map(listened),
    certificates: () => connection.certificates?.() ?? [],
    remoteAddress: () => connection.remoteAddress?.(),
    drop: connection.drop,
  }
}
