import { expect, test } from 'vitest'
import { countKeys } from '../../../src/collectors/keys/count-keys.ts'
import { textOf } from '../../support/fake-poll.ts'
import { walkOf } from '../../support/tiny-walk.ts'
import { unindented } from '../../support/unindented.ts'

const noRead = () => Promise.reject(new Error('counting reads nothing'))

test('keys are counted for each pattern of their database, 0 where none matches', async () => {
  const { walk, take } = walkOf(['--count-keys=user:*,*:1,total,user:*,db3=user:*,db5=*,db16=*'])
  const visitor = countKeys.start(walk)
  take(await visitor.visit(0, ['user:1', 'user:2', 'job:1'], noRead))
  take(await visitor.visit(0, ['total'], noRead))
  take(await visitor.visit(3, ['user:1'], noRead))
  // Read, and never taken in.
  await visitor.visit(0, ['user:3'], noRead)

  expect(textOf(visitor.finish?.(1) ?? [])).toBe(unindented`
    # TYPE redis_keys_count gauge
    redis_keys_count{db="db0",key="user:*"} 2
    redis_keys_count{db="db0",key="*:1"} 2
    redis_keys_count{db="db0",key="total"} 1
    redis_keys_count{db="db3",key="user:*"} 1
    redis_keys_count{db="db5",key="*"} 0
  `)
})

test('what is counted is looked for, also a key without a wildcard', () => {
  const visitor = countKeys.start(walkOf(['--count-keys=user:*,total,db16=*']).walk)

  expect(visitor.wants(0)).toEqual({ keys: [], patterns: ['user:*', 'total'] })
  expect(visitor.wants(1)).toEqual({ keys: [], patterns: [] })
  expect(visitor.wants(16)).toEqual({ keys: [], patterns: [] })
})
