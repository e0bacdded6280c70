import { isAbsence, toRedisError } from '../../redis/redis-error.ts'
import type { Poll } from '../collector.ts'

/**
 * What came of a part of what a collector reads, or `otherwise` where it failed or is not there: a
 * failing command takes along nothing that others told. Parts of one name are one in the log.
 */
export async function partOf<T>(
  { failPart, lackPart }: Pick<Poll, 'failPart' | 'lackPart'>,
  part: string,
  reading: Promise<T>,
  otherwise: NoInfer<T>,
): Promise<T> {
  try {
    return await reading
  } catch (failure) {
    const error = toRedisError(failure)
    if (isAbsence(error)) lackPart(part)
    else failPart(part, error)
    return otherwise
  }
}
