import type { Command, Reply } from './command.ts'
import type { Connection } from './connection.ts'
import type { RedisError } from './redis-error.ts'

/**
 * A reply as it came, in RESP2: texts are binary strings, one character for each byte, so that
 * keys of any bytes survive. In the place of an error reply, or of a list with one in it, stands
 * the error.
 */
export type BulkReply = Reply | RedisError

/**
 * A connection for many thousand commands at a time. It is a Connection like any other, so that a
 * server can be met over it, and has a way of its own for what is read in bulk.
 */
export interface BulkConnection extends Connection {
  /**
   * Sends commands in one round trip, their words as binary strings. Resolves with a reply for
   * each, in order; rejects with a RedisError when the connection fails.
   */
  exchange(commands: readonly Command[]): Promise<readonly BulkReply[]>
}
