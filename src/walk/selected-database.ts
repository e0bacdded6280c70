import type { BulkConnection } from '../redis/bulk-connection.ts'

/** Round trips over a connection that is in one database at a time. */
export interface SelectedDatabase extends Pick<BulkConnection, 'exchange'> {
  /** A new connection was made, which is in database 0. */
  opened(): void
}

/**
 * Answers a SELECT of the database in which the connection is already without sending it, so that a
 * user who may not select still sees database 0.
 */
export function createSelectedDatabase(
  connection: Pick<BulkConnection, 'exchange'>,
): SelectedDatabase {
  let selected = '0'
  return {
    opened() {
      selected = '0'
    },
    async exchange(commands) {
      const [[name, database = ''] = ['']] = commands
      if (name !== 'SELECT' || commands.length > 1) return await connection.exchange(commands)
      if (database === selected) return ['OK']
      const replies = await connection.exchange(commands)
      if (replies[0] === 'OK') selected = database
      return replies
    },
  }
}
