import { describe, expect, test } from 'vitest'
import type { Command } from '../../src/redis/command.ts'
import type { BulkReply } from '../../src/redis/connection.ts'
import { fromErrorReply } from '../../src/redis/redis-error.ts'
import { createSelectedDatabase } from '../../src/walk/selected-database.ts'
import { createWalkRefusals } from '../../src/walk/walk-refusals.ts'
import { fakeClock } from '../support/fake-clock.ts'

/** A connection that gives such replies to SELECT and to others, with what was sent over it. */
function connection(
  select: BulkReply | ((database: string) => BulkReply) = 'OK',
  others: () => BulkReply = () => 'string',
) {
  const clock = fakeClock()
  const sent: string[] = []
  const database = createSelectedDatabase(async (commands) => {
    sent.push(...commands.map((command) => command.join(' ')))
    return commands.map(([name, word = '']) => {
      if (name !== 'SELECT') return others()
      return typeof select === 'function' ? select(word) : select
    })
  })
  const refusals = createWalkRefusals(1_000, clock)
  const exchange = database.heeding(refusals)
  const ask = async (...commands: Command[]) => await exchange(commands)
  const goBack = () => database.goBack(refusals)
  return { ask, sent, clock, opened: database.opened, goBack }
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
  expect(await ask(['SELECT', '3'])).toEqual([refusal])
  expect(await ask(['SELECT', '0'])).toEqual(['OK'])
  expect(sent).toEqual(['SELECT 3'])

  clock.advance(1_000)
  await ask(['SELECT', '3'])
  expect(sent).toEqual(['SELECT 3', 'SELECT 3'])
})

test('a refusal says nothing about other databases, whose right is one of its own', async () => {
  const { ask } = connection((database) => (database === '5' ? fromErrorReply('NOPERM no') : 'OK'))
  await ask(['SELECT', '5'])

  expect(await ask(['SELECT', '3'])).toEqual(['OK'])
})

test('a server without SELECT is asked once', async () => {
  const { ask, sent } = connection(fromErrorReply("ERR unknown command 'SELECT'"))
  await ask(['SELECT', '3'])
  await ask(['SELECT', '4'])

  expect(sent).toEqual(['SELECT 3'])
})

describe('a database in which the user may do nothing', () => {
  const denied = fromErrorReply('NOPERM No permissions to access database')

  test('fails what is asked for in it, and is not asked for again', async () => {
    const { ask, sent } = connection('OK', () => denied)

    await expect(ask(['TYPE', 'a'], ['TYPE', 'b'])).rejects.toBe(denied)
    expect(await ask(['SELECT', '0'])).toEqual([denied])
    expect(await ask(['SELECT', '3'])).toEqual(['OK'])
    expect(sent).toEqual(['TYPE a', 'TYPE b', 'SELECT 3'])
  })

  test('is not asked for where SELECT tells', async () => {
    const { ask, sent } = connection(denied)

    expect(await ask(['SELECT', '3'])).toEqual([denied])
    expect(await ask(['SELECT', '3'])).toEqual([denied])
    expect(sent).toEqual(['SELECT 3'])
  })
})

describe('the way back to database 0', () => {
  test('is none where the connection is there', async () => {
    const { goBack, sent } = connection()

    expect(await goBack()).toBe(true)
    expect(sent).toEqual([])
  })

  test('may be refused to who was let into another one', async () => {
    const refusal = fromErrorReply('NOPERM no')
    const { ask, goBack, sent } = connection((database) => (database === '0' ? refusal : 'OK'))
    await ask(['SELECT', '3'])

    expect(await goBack()).toBe(false)
    expect(await goBack()).toBe(false)
    expect(sent).toEqual(['SELECT 3', 'SELECT 0'])
  })
})

test('a database that is not there says nothing about others', async () => {
  const { ask, sent } = connection(fromErrorReply('ERR DB index is out of range'))
  await ask(['SELECT', '98'])
  await ask(['SELECT', '99'])

  expect(sent).toEqual(['SELECT 98', 'SELECT 99'])
})
