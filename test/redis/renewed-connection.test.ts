import { describe, expect, test, vi } from 'vitest'
import { type RedisError, redisError } from '../../src/redis/redis-error.ts'
import {
  createRenewedBulkConnection,
  createRenewedConnection,
} from '../../src/redis/renewed-connection.ts'
import { fakeClock } from '../support/fake-clock.ts'
import {
  answersOf,
  type FakeConnection,
  fakeConnection,
  silence,
} from '../support/fake-connection.ts'

const refused = redisError('connection', 'no connection (ECONNREFUSED)')

/**
 * A connection of at most a minute, over fakes of which the later ones may fail to open, with what was
 * told of its renewals.
 */
function started(later: () => Promise<void> = async () => {}) {
  const clock = fakeClock()
  const made: FakeConnection[] = []
  const told: (RedisError | undefined)[] = []
  const connection = createRenewedConnection({
    connect: () => {
      const connect = made.length > 0 ? { connect: later } : {}
      const one = fakeConnection({ answer: answersOf(), ...connect })
      made.push(one)
      return one
    },
    maximumAgeMilliseconds: 60_000,
    patienceMilliseconds: 1_000,
    onRenewal: (failure) => void told.push(failure),
    clock,
  })
  return { clock, made, told, connection }
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

describe('of its renewals is told', () => {
  test('each that fails, with the reason, and that a new connection is there', async () => {
    const wrong = redisError('auth', 'wrong user name or password (WRONGPASS)')
    let answer = (): Promise<void> => Promise.reject(wrong)
    const { clock, told, connection } = started(() => answer())
    await connection.open()
    expect(told).toEqual([undefined])
    for (const passed of [60_000, 6_000]) {
      clock.advance(passed)
      await connection.open()
      await connection.open()
    }
    expect(told).toEqual([undefined, wrong, wrong])
    answer = async () => {}
    clock.advance(6_000)
    await connection.open()

    expect(told).toEqual([undefined, wrong, wrong, undefined])
  })

  test('that a connection from before is lost and made anew, which no renewal has to do', async () => {
    let answer = (): Promise<void> => Promise.reject(refused)
    const { clock, made, told, connection } = started(() => answer())
    await connection.open()
    clock.advance(60_000)
    await connection.open()
    answer = async () => {}
    made[0]?.lose()
    await connection.open()

    expect(told).toEqual([undefined, refused, undefined])
  })

  test('a failure when the server asks for a password only now', async () => {
    const { clock, made, told, connection } = started()
    await connection.open()
    const asks = redisError('auth', 'the server asks for a password (NOAUTH)')
    clock.advance(60_000)
    const opening = connection.open()
    made[1]?.behave(() => asks)

    expect(await opening).toBe('kept')
    expect(told).toEqual([undefined, asks])
  })

  test('a failure when the server says nothing for too long', async () => {
    vi.useFakeTimers()
    try {
      const { clock, made, told, connection } = started()
      await connection.open()
      clock.advance(60_000)
      const opening = connection.open()
      made[1]?.behave(() => silence)
      await vi.advanceTimersByTimeAsync(1_000)

      expect(await opening).toBe('kept')
      expect(told.at(-1)).toMatchObject({ reason: 'timeout', message: 'no connection within 1 s' })
    } finally {
      vi.useRealTimers()
    }
  })

  test.each(['drop', 'close'] as const)('nothing when a %s ends it on purpose', async (end) => {
    const { clock, told, connection } = started(() => new Promise(() => {}))
    await connection.open()
    clock.advance(60_000)
    const opening = connection.open()
    connection[end](redisError('other', 'the target is watched no more'))

    await expect(opening).rejects.toMatchObject({ reason: 'other' })
    expect(told).toEqual([undefined])
  })

  test('nothing more once it is closed, though a server answers at that moment', async () => {
    const { clock, made, told, connection } = started()
    await connection.open()
    clock.advance(60_000)
    const opening = connection.open()
    made[1]?.behave(() => {
      queueMicrotask(() => connection.close(redisError('other', 'watched no more')))
      return 'OK'
    })
    await opening.catch(() => undefined)

    expect(told).toEqual([undefined])
  })
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
    onRenewal: () => undefined,
    clock,
  })
  await connection.open()
  expect(await connection.exchange([['PING']])).toEqual(['from 1'])
  clock.advance(60_000)

  await connection.open()

  expect(await connection.exchange([['PING']])).toEqual(['from 2'])
})
