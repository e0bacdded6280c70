import type { Command } from '../redis/command.ts'
import type { BulkConnection } from '../redis/connection.ts'
import { type Knowledge, readUnlessRefused } from '../redis/knowledge.ts'
import { isConnectionFailure } from '../redis/redis-error.ts'
import { createRoundTrips } from '../redis/round-trips.ts'

/**
 * Says on a new connection what helps a walk and costs nothing where it is refused: a replica of a
 * cluster answers for its keys only after READONLY; NO-TOUCH leaves the order in which keys are
 * evicted alone.
 */
export async function prepareForWalk(
  connection: BulkConnection,
  { server, refusals }: Knowledge,
): Promise<void> {
  const wanted: Command[] = []
  if (server.clusterEnabled && server.role === 'slave') wanted.push(['READONLY'])
  if (server.knows('client|no-touch')) wanted.push(['CLIENT', 'NO-TOUCH', 'ON'])
  const trips = createRoundTrips(connection)
  await Promise.all(
    wanted.map((command) =>
      readUnlessRefused(trips, refusals, command).catch((error) => {
        if (isConnectionFailure(error)) throw error
      }),
    ),
  )
}
