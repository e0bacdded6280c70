import { expect, test } from 'vitest'
import { createTargetConnections } from '../../src/poller/target-connections.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { answersOf, type FakeConnection, fakeConnection } from '../support/fake-connection.ts'
import { recordedLog } from '../support/recorded-log.ts'

/** A connection of at most a minute, with those that were made for it. */
function connectionOf(target: string) {
  const clock = fakeClock()
  const made: FakeConnection[] = []
  const connections = createTargetConnections({
    target,
    maximumAgeMilliseconds: 60_000,
    counts: { renewalFailed: () => undefined },
    clock,
    log: recordedLog().log,
  })
  const connection = connections.single(
    'poll',
    () => {
      const one = fakeConnection({ answer: answersOf() })
      made.push(one)
      return one
    },
    1_000,
  )
  return { clock, made, connections, connection }
}

test('is renewed at an age of its own, between half of the most and all of it', async () => {
  const ages = new Set<number>()
  for (const target of ['one', 'two', 'three']) {
    const { clock, connection } = connectionOf(target)
    await connection.open()
    let age = 0
    while ((await connection.open()) === 'kept') {
      clock.advance(1_000)
      age += 1_000
    }
    expect(age).toBeGreaterThanOrEqual(30_000)
    expect(age).toBeLessThanOrEqual(60_000)
    ages.add(age)
  }

  expect(ages.size).toBe(3)
})

test('all are ended for good', async () => {
  const { made, connections, connection } = connectionOf('one')
  await connection.open()
  const gone = redisError('other', 'the target is watched no more')
  connections.close(gone)

  await expect(connection.open()).rejects.toBe(gone)
  expect(made.map(({ drops }) => drops)).toEqual([[gone]])
})
