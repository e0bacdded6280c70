import { createRestingScope } from '../resting-scope.ts'
import { type RedisError, redisError } from './redis-error.ts'

// What runs on behalf of a connection carries the way to end it: through events, ticks, timers and
// promises of Node and of a library, of which we see nothing else. It rests between polls, so each event
// of a socket is run in it.
const scope = createRestingScope<(cause: RedisError) => void>()

/** Runs what belongs to a connection; what it causes later belongs to it as well. */
export function withinConnection<T>(end: (cause: RedisError) => void, work: () => T): T {
  return scope.run(end, work)
}

/** Runs what a connection gave rise to and yet is none of its own: its failure ends no connection. */
export function beyondConnection<T>(work: () => T): T {
  return scope.exit(work)
}

/**
 * Ends the connection on whose behalf we run, for a failure that nobody caught: that of a library
 * within a callback of its own. False when this is none of a connection.
 */
export function endFailedConnection(): boolean {
  const end = scope.value()
  end?.(clientFailure())
  return end !== undefined
}

/** A library failed though its connection lives. */
export function clientFailure(): RedisError {
  return redisError('other', 'the client failed unexpectedly')
}
