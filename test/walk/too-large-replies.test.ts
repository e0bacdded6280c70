import { expect, test } from 'vitest'
import type { Command } from '../../src/redis/command.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { createTooLargeReplies } from '../../src/walk/too-large-replies.ts'

const tooLarge = (command: Command) =>
  Object.assign(redisError('too_large', 'more than may be'), { command })

function started() {
  const sent: string[] = []
  let selected = '0'
  const select = (database: string) => {
    selected = database
  }
  const replies = createTooLargeReplies(() => selected)
  const exchange = replies.heeding(async (commands) => {
    for (const command of commands) sent.push(command.join(' '))
    return commands.map(([, key = '']) => `of ${key}`)
  })
  return { sent, select, exchange, ...replies }
}

test('what was too large is not asked for again, and the error stands in its place', async () => {
  const { sent, exchange, learn } = started()
  const error = tooLarge(['STRLEN', 'b'])
  expect(learn(error)).toBe(true)

  const commands = ['a', 'b', 'c'].map((key) => ['STRLEN', key] as const)
  expect(await exchange(commands)).toEqual(['of a', error, 'of c'])
  expect(await exchange([['TYPE', 'b']])).toEqual(['of b'])
  expect(sent).toEqual(['STRLEN a', 'STRLEN c', 'TYPE b'])
})

test('what is of the same name in another database is asked for', async () => {
  const { select, exchange, learn } = started()
  const error = tooLarge(['STRLEN', 'b'])
  learn(error)
  select('3')

  expect(await exchange([['STRLEN', 'b']])).toEqual(['of b'])
  select('0')
  expect(await exchange([['STRLEN', 'b']])).toEqual([error])
})

test('where nothing is left to ask for there is no round trip', async () => {
  const { sent, exchange, learn } = started()
  const error = tooLarge(['STRLEN', 'b'])
  learn(error)

  expect(await exchange([['STRLEN', 'b']])).toEqual([error])
  expect(sent).toEqual([])
})

test('what tells of no command, or of one that is known, is nothing to go on without', () => {
  const { learn } = started()
  const error = tooLarge(['STRLEN', 'b'])

  expect(learn(redisError('too_large', 'of INFO'))).toBe(false)
  expect([learn(error), learn(error)]).toEqual([true, false])
})

test('a hundred commands are learnt at most', () => {
  const { learn } = started()
  const learnt = Array.from({ length: 150 }, (_, at) => learn(tooLarge(['STRLEN', `${at}`])))

  expect(learnt.indexOf(false)).toBe(100)
})
