import type { Log } from './log.ts'
import { endFailedConnection } from './redis/connection-scope.ts'

/**
 * What fails within a connection ends that connection. Beyond it, half alive would be worse than gone:
 * whoever runs us starts us again.
 */
export function exitOnUnexpected(log: Log): void {
  function exit(err: unknown): void {
    if (endFailedConnection()) {
      log.error({ err }, 'the client of a connection failed unexpectedly; the connection was ended')
      return
    }
    log.fatal({ err }, 'unexpected failure')
    process.exit(1)
  }
  process.on('uncaughtException', exit)
  process.on('unhandledRejection', exit)
}
