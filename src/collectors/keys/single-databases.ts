import type { KeyPattern } from '../../keyspace/key-pattern.ts'
import type { Sample } from '../../metrics/metric.ts'
import { concernsCommand, isRedisError } from '../../redis/redis-error.ts'
import type { Poll } from '../collector.ts'
import { patternsByDatabase } from './key-choice.ts'

/**
 * Reads the keys that are named in each database. One that cannot be selected is a part that
 * fails, and costs no other.
 */
export async function readEachDatabase(
  poll: Pick<Poll, 'failPart'>,
  named: readonly KeyPattern[] | undefined,
  read: (database: number, keys: readonly string[]) => Promise<readonly Sample[]>,
): Promise<readonly Sample[]> {
  const all = [...patternsByDatabase(named)].map(async ([database, keys]) => {
    try {
      return await read(database, keys)
    } catch (error) {
      if (!isRedisError(error) || !concernsCommand(error)) throw error
      poll.failPart(`db${database}`, error)
      return []
    }
  })
  return (await Promise.all(all)).flat()
}
