import { expect, test } from 'vitest'
import type { Command } from '../../src/redis/command.ts'
import type { Words } from '../../src/redis/connection.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { createRoundTrips } from '../../src/redis/round-trips.ts'

/** A connection that answers each command with its own words and keeps what was sent together. */
function echo() {
  const sent: string[][] = []
  const trips = createRoundTrips({
    send(commands: readonly Command[]) {
      sent.push(commands.map((command) => command.join(' ')))
      return commands.map(async (command) => command.join(' '))
    },
  })
  return { sent, trips }
}

test('what is asked for in the same turn travels together', async () => {
  const { sent, trips } = echo()
  await Promise.all([trips.read(['INFO']), trips.read(['SLOWLOG', 'LEN'])])

  expect(sent).toEqual([['INFO', 'SLOWLOG LEN']])
  expect(trips.count()).toBe(1)
})

test('what is asked for after promises that were settled already joins in', async () => {
  const { sent, trips } = echo()
  async function later(): Promise<unknown> {
    await null
    await Promise.resolve().then(() => undefined)
    return await trips.read(['SLOWLOG', 'LEN'])
  }
  await Promise.all([trips.read(['INFO']), later()])

  expect(sent).toEqual([['INFO', 'SLOWLOG LEN']])
})

test('what is asked for after a reply makes a second trip', async () => {
  const { sent, trips } = echo()
  await trips.read(['INFO'])
  await trips.read(['SLOWLOG', 'LEN'])

  expect(sent).toEqual([['INFO'], ['SLOWLOG LEN']])
  expect(trips.count()).toBe(2)
})

test('each gets the reply to its own command, and the same asked for twice is sent once', async () => {
  const { sent, trips } = echo()
  const replies = ['INFO', 'SLOWLOG', 'INFO'].map((name) => trips.read([name]))

  expect(await Promise.all(replies)).toEqual(['INFO', 'SLOWLOG', 'INFO'])
  expect(sent).toEqual([['INFO', 'SLOWLOG']])
})

test('the same asked for again after it was sent is sent again', async () => {
  const { sent, trips } = echo()
  await trips.read(['INFO'])
  await trips.read(['INFO'])

  expect(sent).toEqual([['INFO'], ['INFO']])
})

test('commands that differ in where their words end are not the same', async () => {
  const { sent, trips } = echo()
  await Promise.all([trips.read(['ACL', 'LOG']), trips.read(['ACL LOG'])])

  expect(sent).toEqual([['ACL LOG', 'ACL LOG']])
})

test('a failure of what two asked for reaches both', async () => {
  const refusal = redisError('noperm', 'refused')
  const trips = createRoundTrips({ send: (all) => all.map(() => Promise.reject(refusal)) })
  const replies = await Promise.allSettled([trips.read(['INFO']), trips.read(['INFO'])])

  expect(replies).toEqual([
    { status: 'rejected', reason: refusal },
    { status: 'rejected', reason: refusal },
  ])
})

test('what is asked for in binary is sent each time: a database may be selected twice', async () => {
  const { sent, trips } = echo()
  const names = ['3', '0', '3', '0']
  await Promise.all(names.map((name) => trips.read(['SELECT', name], 'binary')))

  expect(sent).toEqual([['SELECT 3', 'SELECT 0', 'SELECT 3', 'SELECT 0']])
})

test('a failure reaches only the one who asked', async () => {
  const refusal = redisError('noperm', 'refused')
  const trips = createRoundTrips({
    send: (commands) =>
      commands.map(([name]) => (name === 'SLOWLOG' ? Promise.reject(refusal) : Promise.resolve(1))),
  })
  const replies = await Promise.allSettled([trips.read(['SLOWLOG']), trips.read(['INFO'])])

  expect(replies).toEqual([
    { status: 'rejected', reason: refusal },
    { status: 'fulfilled', value: 1 },
  ])
})

test('nothing is sent until something is asked for', () => {
  const { sent, trips } = echo()

  expect(sent).toEqual([])
  expect(trips.count()).toBe(0)
})

test('binary and text commands keep their order in one trip', async () => {
  const sent: [Words | undefined, string][] = []
  const trips = createRoundTrips({
    send(commands, words) {
      sent.push(...commands.map(([name]) => [words, name] as [Words | undefined, string]))
      return commands.map(async ([name]) => name)
    },
  })
  const replies = [
    trips.read(['INFO']),
    trips.read(['SELECT', '3'], 'binary'),
    trips.read(['TYPE', '\xff'], 'binary'),
    trips.read(['LATENCY', 'LATEST']),
  ]

  expect(await Promise.all(replies)).toEqual(['INFO', 'SELECT', 'TYPE', 'LATENCY'])
  expect(sent).toEqual([
    ['text', 'INFO'],
    ['binary', 'SELECT'],
    ['binary', 'TYPE'],
    ['text', 'LATENCY'],
  ])
  expect(trips.count()).toBe(1)
})
