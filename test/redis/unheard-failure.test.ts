import { expect, test } from 'vitest'
import { redisError } from '../../src/redis/redis-error.ts'
import { createUnheardFailure } from '../../src/redis/unheard-failure.ts'

const cause = redisError('protocol', 'the answer is not the Redis protocol')

test('a failure that nobody heard of is thrown once', () => {
  const unheard = createUnheardFailure()
  unheard.keep(cause)

  expect(unheard.throwKept).toThrow(cause)
  expect(unheard.throwKept).not.toThrow()
})

test('a failure that was forgotten is not thrown', () => {
  const unheard = createUnheardFailure()
  unheard.keep(cause)
  unheard.forget()

  expect(unheard.throwKept).not.toThrow()
})
