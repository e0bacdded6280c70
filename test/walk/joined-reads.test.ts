import { expect, test } from 'vitest'
import type { Command } from '../../src/redis/command.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { joinReads } from '../../src/walk/joined-reads.ts'

test('what is read at the same time travels together, and each gets its own replies', async () => {
  const trips: string[] = []
  const read = joinReads(async (commands) => {
    trips.push(commands.join(' '))
    return commands.map(([name]) => `${name}!`)
  })
  const both = Promise.all([read([['A'], ['B']]), Promise.resolve().then(() => read([['C']]))])

  expect(await both).toEqual([['A!', 'B!'], ['C!']])
  await read([['D']])
  expect(trips).toEqual(['A B C', 'D'])
})

test('nothing to read makes no trip', async () => {
  const read = joinReads(() => Promise.reject(new Error('a trip')))

  expect(await read([])).toEqual([])
})

test('a lost connection is told to everybody who waits for it', async () => {
  const lost = redisError('connection', 'lost')
  const read = joinReads(() => Promise.reject(lost))
  const commands: Command[] = [['A']]
  const results = await Promise.allSettled([read(commands), read(commands)])

  expect(results).toEqual([
    { status: 'rejected', reason: lost },
    { status: 'rejected', reason: lost },
  ])
})
