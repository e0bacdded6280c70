import type { WalkRefusals } from '../collectors/keys/key-replies.ts'
import type { RedisError } from '../redis/redis-error.ts'

/**
 * Remembers from walk to walk which commands a server refuses, each for so many milliseconds: then
 * it is tried again, since a right may have been granted meanwhile.
 */
export function createWalkRefusals(
  milliseconds: number,
  clock: { monotonic(): number },
): WalkRefusals {
  const known = new Map<string, RedisError>()
  const until = new Map<string, number>()
  return {
    current() {
      for (const [command, end] of until)
        if (clock.monotonic() >= end && until.delete(command)) known.delete(command)
      return known
    },
    remember(command, error) {
      known.set(command, error)
      until.set(command, clock.monotonic() + milliseconds)
    },
  }
}
