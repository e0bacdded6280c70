import { expect, test } from 'vitest'
import type { Command } from '../../src/redis/command.ts'
import { readInDatabase } from '../../src/redis/read-in-database.ts'
import { fromErrorReply, type RedisError, redisError } from '../../src/redis/redis-error.ts'
import type { RoundTrips } from '../../src/redis/round-trips.ts'
import type { Answer } from '../support/fake-poll.ts'
import { fakeRoundTrips } from '../support/fake-round-trips.ts'

const types: readonly Command[] = [
  ['TYPE', 'a'],
  ['TYPE', 'b'],
]

/** Reads the types of two keys of database 3, of a server that answers from a table. */
function readTypes(answers: Readonly<Record<string, Answer>>) {
  const { trips, roundTrips } = fakeRoundTrips(answers)
  const refusals = new Map<string, RedisError>()
  return { trips, roundTrips, read: () => readInDatabase(roundTrips, refusals, 3, types) }
}

const selectable = { 'SELECT 3': 'OK', 'SELECT 0': 'OK', 'TYPE a': 'list', 'TYPE b': 'none' }

test('the database is selected before and left again behind the commands, in one trip', async () => {
  const { trips, read } = readTypes(selectable)

  expect(await read()).toEqual(['list', 'none'])
  expect(trips).toEqual([['SELECT 3', 'TYPE a', 'TYPE b', 'SELECT 0']])
})

test('database 0 is not selected: connections stay in it', async () => {
  const { trips, roundTrips } = fakeRoundTrips(selectable)

  expect(await readInDatabase(roundTrips, new Map(), 0, types)).toEqual(['list', 'none'])
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

test('when SELECT is refused for good, nothing is sent any more', async () => {
  const refusal = fromErrorReply('NOPERM no')
  const { trips, read } = readTypes({ ...selectable, 'SELECT 3': refusal })

  await expect(read()).rejects.toBe(refusal)
  await expect(read()).rejects.toBe(refusal)
  expect(trips).toHaveLength(1)
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
  const { trips, roundTrips } = fakeRoundTrips({ ...selectable, 'TYPE a': tooLarge })
  const refusals = new Map<string, RedisError>()
  const read = (database: number) => readInDatabase(roundTrips, refusals, database, [...types])
  await read(3)

  expect(await read(3)).toEqual([tooLarge, 'none'])
  expect(trips[1]).toEqual(['SELECT 3', 'TYPE b', 'SELECT 0'])
  await readInDatabase(roundTrips, refusals, 0, [['TYPE', 'a']])
  expect(trips[2]).toEqual(['TYPE a'])
})

test('a connection that fails is no reply', async () => {
  const gone = redisError('connection', 'the connection was closed')
  const read = () => Promise.reject(gone)
  const trips: RoundTrips = { read, count: () => 1, failure: () => gone }

  await expect(readInDatabase(trips, new Map(), 3, types)).rejects.toBe(gone)
})
