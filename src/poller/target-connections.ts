import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { TargetCounts } from '../metrics/target-counts.ts'
import type { BulkConnection, Connect } from '../redis/connection.ts'
import type { RedisError } from '../redis/redis-error.ts'
import {
  createRenewedBulkConnection,
  createRenewedConnection,
  type RenewedConnection,
} from '../redis/renewed-connection.ts'
import { placeIn } from './plan.ts'
import { createRenewalLog } from './renewal-log.ts'

/** The connections to one target, which are renewed from time to time. Each has a name for the log. */
export interface TargetConnections {
  /** A connection of which a new one may take half of the time that a run has. */
  single(name: string, connect: Connect, timeoutMilliseconds: number): RenewedConnection
  /** The same for a connection by which much is read. */
  bulk(
    name: string,
    connect: () => BulkConnection,
    timeoutMilliseconds: number,
  ): BulkConnection & RenewedConnection<BulkConnection>
  /** Ends them for good. */
  close(cause: RedisError): void
}

export interface TargetConnectionsOptions {
  /** What it is called. */
  readonly target: string
  readonly maximumAgeMilliseconds: number
  readonly counts: Pick<TargetCounts, 'renewalFailed'>
  readonly clock: Clock
  readonly log: Log
}

export function createTargetConnections(options: TargetConnectionsOptions): TargetConnections {
  const { target, counts, clock, log } = options
  const made = new Set<Pick<RenewedConnection, 'close'>>()
  const least = options.maximumAgeMilliseconds / 2
  // Each target has an age of its own, so that not all connect at once.
  const maximumAgeMilliseconds = least + placeIn(least, target)

  function renewal<C>(connection: string, connect: () => C, timeoutMilliseconds: number) {
    return {
      connect,
      maximumAgeMilliseconds,
      patienceMilliseconds: timeoutMilliseconds / 2,
      onRenewal: createRenewalLog(log, counts, { connection }),
      clock,
    }
  }

  function closable<C extends Pick<RenewedConnection, 'close'>>(connection: C): C {
    made.add(connection)
    return connection
  }

  return {
    single: (...asked) => closable(createRenewedConnection(renewal(...asked))),
    bulk: (...asked) => closable(createRenewedBulkConnection(renewal(...asked))),
    close(cause) {
      for (const one of made) one.close(cause)
      made.clear()
    },
  }
}
