import { expect, test } from 'vitest'
import { readConfig } from '../../src/collectors/config-parameters.ts'
import { fromErrorReply } from '../../src/redis/redis-error.ts'
import { fakePoll } from '../support/fake-poll.ts'

test('one command carries all names to a server from Redis 7 on', async () => {
  const poll = fakePoll({
    commands: ['config', 'config|get'],
    replies: { 'CONFIG GET maxclients databases': ['databases', '16', 'maxclients', '10000'] },
  })

  expect([...(await readConfig(poll, ['maxclients', 'databases']))]).toEqual([
    ['databases', '16'],
    ['maxclients', '10000'],
  ])
})

test('each name travels alone to a server that takes one name only', async () => {
  const poll = fakePoll({
    commands: ['config'],
    replies: {
      'CONFIG GET maxclients': ['maxclients', '10000'],
      'CONFIG GET databases': ['databases', '16'],
    },
  })

  expect([...(await readConfig(poll, ['maxclients', 'databases']))]).toEqual([
    ['maxclients', '10000'],
    ['databases', '16'],
  ])
})

test.each([
  ['no list', 'maxclients'],
  ['nil', null],
  ['an empty list', []],
  ['a name without a value', ['maxclients']],
  ['a value that is no text', ['maxclients', 10_000]],
  ['lists in a list', [['maxclients', '10000']]],
])('a reply that is %s holds no parameters', async (_form, reply) => {
  const poll = fakePoll({ replies: { 'CONFIG GET maxclients': reply } })

  expect([...(await readConfig(poll, ['maxclients']))]).toEqual([])
})

test('a refusal is passed on', async () => {
  const refusal = fromErrorReply('NOPERM this user has no permissions')
  const poll = fakePoll({ replies: { 'CONFIG GET maxclients': refusal } })

  await expect(readConfig(poll, ['maxclients'])).rejects.toBe(refusal)
})
