import { describe, expect, test } from 'vitest'
import type { Command } from '../../src/redis/command.ts'
import { createDatabaseReader } from '../../src/redis/database-reader.ts'
import type { Refusals } from '../../src/redis/knowledge.ts'
import { fromErrorReply, type RedisError, redisError } from '../../src/redis/redis-error.ts'
import type { RoundTrips } from '../../src/redis/round-trips.ts'
import type { Answer } from '../support/fake-poll.ts'
import { fakeRoundTrips } from '../support/fake-round-trips.ts'

const types: readonly Command[] = [
  ['TYPE', 'a'],
  ['TYPE', 'b'],
]

/** Reads the types of two keys, of database 3 unless told, of a server that answers from a table. */
function readTypes(answers: Readonly<Record<string, Answer | ((command: Command) => Answer)>>) {
  const { trips, roundTrips } = fakeRoundTrips(answers)
  const refusals: Refusals = new Map<string, RedisError>()
  const reader = createDatabaseReader()
  const read = (database = 3, commands = types) =>
    reader.read(roundTrips, refusals, database, commands)
  return { trips, roundTrips, refusals, read, opened: reader.opened }
}

const selectable = { 'SELECT 3': 'OK', 'SELECT 0': 'OK', 'TYPE a': 'list', 'TYPE b': 'none' }

test('the database is selected before and left again behind the commands, in one trip', async () => {
  const { trips, read } = readTypes(selectable)

  expect(await read()).toEqual(['list', 'none'])
  expect(trips).toEqual([['SELECT 3', 'TYPE a', 'TYPE b', 'SELECT 0']])
})

test('database 0 is not selected: connections stay in it', async () => {
  const { trips, read } = readTypes(selectable)

  expect(await read(0)).toEqual(['list', 'none'])
  expect(trips).toEqual([['TYPE a', 'TYPE b']])
})

test('what others ask for at the same time comes before or behind, never in between', async () => {
  const { trips, roundTrips, read } = readTypes({ ...selectable, INFO: '', PING: 'PONG' })
  await Promise.all([roundTrips.read(['INFO']), read(), read(), roundTrips.read(['PING'])])

  const group = ['SELECT 3', 'TYPE a', 'TYPE b', 'SELECT 0']
  expect(trips.flat()).toEqual(['INFO', ...group, ...group, 'PING'])
  expect(roundTrips.count()).toBe(1)
})

test('an error reply stands in the place of its reply', async () => {
  const moved = fromErrorReply('MOVED 1 127.0.0.1:7000')

  expect(await readTypes({ ...selectable, 'TYPE a': moved }).read()).toEqual([moved, 'none'])
})

test('a database that is not there is a failure, and is asked for once', async () => {
  const outOfRange = fromErrorReply('ERR DB index is out of range')
  const { trips, read } = readTypes({ ...selectable, 'SELECT 3': outOfRange })

  await expect(read()).rejects.toBe(outOfRange)
  // Another error each time, since it counts for as long as it lasts.
  const again = await read().catch((error: unknown) => error)
  expect(again).toEqual(outOfRange)
  expect(again).not.toBe(outOfRange)
  expect(trips).toHaveLength(1)
})

test('where a database may not be selected, nothing is sent for it any more', async () => {
  const refusal = fromErrorReply('NOPERM no')
  const { trips, read } = readTypes({ ...selectable, 'SELECT 3': refusal })

  await expect(read()).rejects.toBe(refusal)
  await expect(read()).rejects.toBe(refusal)
  expect(trips).toHaveLength(1)
})

describe('a user who may select some databases alone', () => {
  const refusal = fromErrorReply("NOPERM this user has no permissions to run the 'select' command")

  test('sees them, whatever another one answers', async () => {
    const { trips, read } = readTypes({ ...selectable, 'SELECT 5': refusal })

    await expect(read(5)).rejects.toBe(refusal)
    expect(await read(3)).toEqual(['list', 'none'])
    await expect(read(5)).rejects.toBe(refusal)
    expect(trips).toHaveLength(2)
  })

  test('and is not let back into database 0 gets nothing of another one in its place', async () => {
    const { trips, read } = readTypes({ ...selectable, 'SELECT 0': refusal })

    expect(await read(3)).toEqual(['list', 'none'])
    await expect(read(0)).rejects.toBe(refusal)
    // It is there already, and the way back is not tried anew.
    expect(await read(3)).toEqual(['list', 'none'])
    expect(trips).toEqual([
      ['SELECT 3', 'TYPE a', 'TYPE b', 'SELECT 0'],
      ['TYPE a', 'TYPE b'],
    ])
  })

  test('nor what is asked for at the same time, before anything is known', async () => {
    const { read } = readTypes({ ...selectable, 'SELECT 0': refusal })

    const both = await Promise.allSettled([read(3), read(0), read(3)])

    expect(both).toEqual([
      { status: 'fulfilled', value: ['list', 'none'] },
      { status: 'rejected', reason: refusal },
      { status: 'fulfilled', value: ['list', 'none'] },
    ])
  })

  test('is in database 0 over a new connection', async () => {
    const { trips, read, opened } = readTypes({ ...selectable, 'SELECT 0': refusal })
    await read(3)
    opened()

    expect(await read(0)).toEqual(['list', 'none'])
    expect(trips[1]).toEqual(['TYPE a', 'TYPE b'])
  })

  test('is let back when the right was granted and it is time to try', async () => {
    const rights: Record<string, Answer> = { 'SELECT 0': refusal }
    const { trips, read, refusals } = readTypes({
      ...selectable,
      'SELECT 0': () => rights['SELECT 0'] ?? 'OK',
    })
    await read(3)
    rights['SELECT 0'] = 'OK'
    refusals.retried = 'select 0'

    expect(await read(0)).toEqual(['list', 'none'])
    await read(0)
    expect(trips.slice(1)).toEqual([
      ['SELECT 0', 'TYPE a', 'TYPE b'],
      ['TYPE a', 'TYPE b'],
    ])
  })

  test('who may select none still sees database 0', async () => {
    const { read } = readTypes({ ...selectable, 'SELECT 3': refusal, 'SELECT 0': refusal })

    const both = await Promise.allSettled([read(3), read(0)])

    expect(both).toEqual([
      { status: 'rejected', reason: refusal },
      { status: 'fulfilled', value: ['list', 'none'] },
    ])
    expect(await read(0)).toEqual(['list', 'none'])
  })
})

test('a server that was busy for the way back is asked for it again', async () => {
  const answers: Answer[] = [fromErrorReply('BUSY Redis is busy running a script.')]
  const { trips, read } = readTypes({ ...selectable, 'SELECT 0': () => answers.pop() ?? 'OK' })
  await read(3)

  expect(await read(0)).toEqual(['list', 'none'])
  expect(trips[1]).toEqual(['SELECT 0', 'TYPE a', 'TYPE b'])
})

test('a database that is not for the user fails as one, and costs no command in others', async () => {
  const denied = fromErrorReply('NOPERM No permissions to access database')
  const { trips, read } = readTypes({
    ...selectable,
    // Of database 0, which is asked first.
    'TYPE a': () => (trips.length === 1 ? denied : 'list'),
  })

  await expect(read(0)).rejects.toBe(denied)
  await expect(read(0)).rejects.toBe(denied)
  expect(await read(3)).toEqual(['list', 'none'])
  expect(trips).toHaveLength(2)
})

test('a command that was refused for good is not sent again', async () => {
  const refusal = fromErrorReply("ERR unknown command 'TYPE'")
  const { trips, read } = readTypes({ ...selectable, 'TYPE a': refusal, 'TYPE b': refusal })
  await read()

  expect(await read()).toEqual([refusal, refusal])
  expect(trips[1]).toEqual(['SELECT 3', 'SELECT 0'])
})

test('a reply that is too large costs nothing of a key of the same name in another database', async () => {
  const [command] = types
  const tooLarge = Object.assign(redisError('too_large', 'more than may be'), { command })
  const { trips, read } = readTypes({ ...selectable, 'TYPE a': tooLarge })
  await read(3, [...types])

  expect(await read(3, [...types])).toEqual([tooLarge, 'none'])
  expect(trips[1]).toEqual(['SELECT 3', 'TYPE b', 'SELECT 0'])
  await read(0, [['TYPE', 'a']])
  expect(trips[2]).toEqual(['TYPE a'])
})

test('a connection that fails is no reply', async () => {
  const gone = redisError('connection', 'the connection was closed')
  const read = () => Promise.reject(gone)
  const trips: RoundTrips = { read, count: () => 1, failure: () => gone }

  await expect(createDatabaseReader().read(trips, new Map(), 3, types)).rejects.toBe(gone)
})
