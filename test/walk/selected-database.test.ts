import { expect, test } from 'vitest'
import type { Command } from '../../src/redis/command.ts'
import type { BulkReply } from '../../src/redis/connection.ts'
import { fromErrorReply } from '../../src/redis/redis-error.ts'
import { createSelectedDatabase } from '../../src/walk/selected-database.ts'
import { createWalkRefusals } from '../../src/walk/walk-refusals.ts'
import { fakeClock } from '../support/fake-clock.ts'

/** A connection that gives this reply to SELECT, with what was sent over it. */
function connection(select: BulkReply = 'OK') {
  const clock = fakeClock()
  const sent: string[] = []
  const database = createSelectedDatabase(async (commands) => {
    sent.push(...commands.map((command) => command.join(' ')))
    return commands.map(([name]) => (name === 'SELECT' ? select : 'string'))
  })
  const exchange = database.heeding(createWalkRefusals(1_000, clock))
  const ask = async (...commands: Command[]) => await exchange(commands)
  return { ask, sent, clock, opened: database.opened }
}

test('a database is selected when the connection is in another one', async () => {
  const { ask, sent } = connection()
  await ask(['SELECT', '0'])
  await ask(['SELECT', '3'])
  await ask(['TYPE', 'a'], ['TYPE', 'b'])
  await ask(['SELECT', '3'])
  await ask(['SELECT', '0'])

  expect(sent).toEqual(['SELECT 3', 'TYPE a', 'TYPE b', 'SELECT 0'])
})

test('a new connection is in database 0', async () => {
  const { ask, sent, opened } = connection()
  await ask(['SELECT', '3'])
  opened()
  expect(await ask(['SELECT', '0'])).toEqual(['OK'])
  await ask(['SELECT', '3'])

  expect(sent).toEqual(['SELECT 3', 'SELECT 3'])
})

test('a refusal leaves the connection where it is, and is not caused again for a while', async () => {
  const refusal = fromErrorReply('NOPERM no')
  const { ask, sent, clock } = connection(refusal)
  expect(await ask(['SELECT', '3'])).toEqual([refusal])
  expect(await ask(['SELECT', '4'])).toEqual([refusal])
  expect(await ask(['SELECT', '0'])).toEqual(['OK'])
  expect(sent).toEqual(['SELECT 3'])

  clock.advance(1_000)
  await ask(['SELECT', '4'])
  expect(sent).toEqual(['SELECT 3', 'SELECT 4'])
})

test('a database that is not there says nothing about others', async () => {
  const { ask, sent } = connection(fromErrorReply('ERR DB index is out of range'))
  await ask(['SELECT', '98'])
  await ask(['SELECT', '99'])

  expect(sent).toEqual(['SELECT 98', 'SELECT 99'])
})
