import { expect, test } from 'vitest'
import { redisError } from '../../src/redis/redis-error.ts'
import {
  createRenewedBulkConnection,
  createRenewedConnection,
} from '../../src/redis/renewed-connection.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { answersOf, type FakeConnection, fakeConnection } from '../support/fake-connection.ts'

const refused = redisError('connection', 'no connection (ECONNREFUSED)')

/** A connection of at most a minute, over fakes of which the later ones may fail to open. */
function started(later: () => Promise<void> = async () => {}) {
  const clock = fakeClock()
  const made: FakeConnection[] = []
  const connection = createRenewedConnection({
    connect: () => {
      const connect = made.length > 0 ? { connect: later } : {}
      const one = fakeConnection({ answer: answersOf(), ...connect })
      made.push(one)
      return one
    },
    maximumAgeMilliseconds: 60_000,
    patienceMilliseconds: 1_000,
    clock,
  })
  return { clock, made, connection }
}

test('a connection is kept until it is of age, then another takes its place and it is closed', async () => {
  const { clock, made, connection } = started()

  expect(await connection.open()).toBe('opened')
  clock.advance(59_999)
  expect(await connection.open()).toBe('kept')
  clock.advance(1)
  expect(await connection.open()).toBe('opened')
  expect(await connection.open()).toBe('kept')

  expect(made).toHaveLength(2)
  expect(made.map(({ drops }) => drops.length)).toEqual([1, 0])
  await Promise.all(connection.send([['PING']]))
  expect(made[1]?.trips).toEqual([['INFO server'], ['PING']])
})

test('one that was asked to be renewed is so at the next opening', async () => {
  const { made, connection } = started()
  await connection.open()
  connection.renew()

  expect(await connection.open()).toBe('opened')
  expect(made).toHaveLength(2)
})

test('where no other can be made the old one goes on, and another is tried after a while', async () => {
  const { clock, made, connection } = started(() => Promise.reject(refused))
  await connection.open()
  clock.advance(60_000)

  expect(await connection.open()).toBe('kept')
  expect(await connection.open()).toBe('kept')
  expect(made).toHaveLength(2)
  clock.advance(6_000)
  expect(await connection.open()).toBe('kept')
  expect(made).toHaveLength(3)
})

test('what is dropped while another is being made ends both', async () => {
  const { clock, made, connection } = started(() => new Promise(() => {}))
  await connection.open()
  clock.advance(60_000)
  const opening = connection.open()
  const deadline = redisError('timeout', 'no answer within 1 s')
  connection.drop(deadline)

  await expect(opening).rejects.toBe(deadline)
  expect(made.map(({ drops }) => drops[0])).toEqual([deadline, deadline])
})

test('what is read in bulk goes over the connection that is in use', async () => {
  const clock = fakeClock()
  let made = 0
  const connection = createRenewedBulkConnection({
    connect: () => {
      made += 1
      const number = made
      return {
        ...fakeConnection({ answer: answersOf() }),
        exchange: async () => [`from ${number}`],
      }
    },
    maximumAgeMilliseconds: 60_000,
    patienceMilliseconds: 1_000,
    clock,
  })
  await connection.open()
  expect(await connection.exchange([['PING']])).toEqual(['from 1'])
  clock.advance(60_000)

  await connection.open()

  expect(await connection.exchange([['PING']])).toEqual(['from 2'])
})
