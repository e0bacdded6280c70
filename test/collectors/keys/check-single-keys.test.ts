import { expect, test } from 'vitest'
import { checkSingleKeys } from '../../../src/collectors/keys/check-single-keys.ts'
import { fromErrorReply } from '../../../src/redis/redis-error.ts'
import { collected, fakePoll } from '../../support/fake-poll.ts'
import { unindented } from '../../support/unindented.ts'

const keys = (database: number, ...patterns: readonly string[]) =>
  patterns.map((pattern) => ({ database, pattern }))

const aList = { 'TYPE a': 'list', 'MEMORY USAGE a': 100, 'LLEN a': 3 }
const selects = { 'SELECT 3': 'OK', 'SELECT 0': 'OK' }

test('keys are read in their databases, each of them once', async () => {
  const settings = { checkSingleKeys: [...keys(0, 'a', 'a'), ...keys(3, 'a')] }
  const replies = { ...aList, ...selects }

  expect(await collected(checkSingleKeys, { settings, replies })).toBe(unindented`
    # TYPE redis_key_memory_usage_bytes gauge
    redis_key_memory_usage_bytes{db="db0",key="a"} 100
    redis_key_memory_usage_bytes{db="db3",key="a"} 100
    # TYPE redis_key_size gauge
    redis_key_size{db="db0",key="a"} 3
    redis_key_size{db="db3",key="a"} 3
  `)
})

test('a wildcard in the name of a single key is none', async () => {
  const poll = fakePoll({
    settings: { checkSingleKeys: keys(0, '*') },
    replies: { 'TYPE *': 'none' },
  })
  await checkSingleKeys.collect(poll)

  expect(poll.commands).toEqual(['TYPE *'])
})

test('a key that is not there has size 0, as a list without elements has, and nothing else', async () => {
  const settings = { checkSingleKeys: keys(0, 'absent', 'a') }
  const replies = { ...aList, 'TYPE absent': 'none' }

  expect(await collected(checkSingleKeys, { settings, replies })).toBe(unindented`
    # TYPE redis_key_memory_usage_bytes gauge
    redis_key_memory_usage_bytes{db="db0",key="a"} 100
    # TYPE redis_key_size gauge
    redis_key_size{db="db0",key="absent"} 0
    redis_key_size{db="db0",key="a"} 3
  `)
})

test('a key that is not there gives nothing where that is wanted', async () => {
  const settings = { checkSingleKeys: keys(0, 'absent', 'a'), missingKeys: 'none' as const }
  const replies = { ...aList, 'TYPE absent': 'none' }

  expect(await collected(checkSingleKeys, { settings, replies })).toBe(unindented`
    # TYPE redis_key_memory_usage_bytes gauge
    redis_key_memory_usage_bytes{db="db0",key="a"} 100
    # TYPE redis_key_size gauge
    redis_key_size{db="db0",key="a"} 3
  `)
})

test('a replica whose master is watched is asked for nothing', async () => {
  const poll = fakePoll({
    info: '# Replication\r\nrole:slave\r\n',
    settings: { checkSingleKeys: keys(0, 'a') },
  })
  const settings = { ...poll.settings, scanOn: 'master' as const }

  expect(await checkSingleKeys.collect({ ...poll, settings })).toEqual([])
  expect(poll.commands).toEqual([])
})

test('a third round trip is made for a long value', async () => {
  const poll = fakePoll({
    settings: { checkSingleKeys: keys(0, 'a') },
    replies: {
      'TYPE a': 'string',
      'MEMORY USAGE a': 900,
      'GETRANGE a 0 511': 'x'.repeat(512),
      'STRLEN a': 800,
    },
  })

  const samples = await checkSingleKeys.collect(poll)
  expect(samples.map(({ metric, value }) => [metric.name, value])).toEqual([
    ['key_memory_usage_bytes', 900],
    ['key_value_as_string', 1],
    ['key_size', 800],
  ])
  expect(poll.commands.at(-1)).toBe('STRLEN a')
})

test('a key of another node gives nothing, and the others do', async () => {
  const moved = fromErrorReply('MOVED 1 127.0.0.1:7000')
  const poll = fakePoll({
    settings: { checkSingleKeys: keys(0, 'elsewhere', 'a') },
    replies: { ...aList, 'TYPE elsewhere': moved },
  })

  expect(await checkSingleKeys.collect(poll)).toHaveLength(2)
  expect(poll.rejected).toEqual([])
})

test('an error that says something else gives nothing and is told', async () => {
  const poll = fakePoll({
    settings: { checkSingleKeys: keys(0, 'a') },
    replies: { 'TYPE a': fromErrorReply('ERR something is wrong') },
  })

  expect(await checkSingleKeys.collect(poll)).toEqual([])
  expect(poll.rejected).toEqual(['TYPE: an error in database 0'])
})

test('a server that loads its data is a failure', async () => {
  const loading = fromErrorReply('LOADING Redis is loading the dataset in memory')
  const poll = fakePoll({
    settings: { checkSingleKeys: keys(0, 'a') },
    replies: { 'TYPE a': loading },
  })

  await expect(checkSingleKeys.collect(poll)).rejects.toBe(loading)
})

test.each([
  ['master', []],
  ['slave', ['TYPE a']],
])('with masters skipped, a %s is asked %j', async (role, commands) => {
  const poll = fakePoll({
    info: `# Replication\nrole:${role}\n`,
    settings: { checkSingleKeys: keys(0, 'a'), skipKeysOfMaster: true },
    replies: { 'TYPE a': 'none' },
  })
  await checkSingleKeys.collect(poll)

  expect(poll.commands).toEqual(commands)
})

test('a server from which TYPE was taken away is asked, so that this is told', () => {
  const { server } = fakePoll({ commands: ['memory', 'memory|usage'] })

  expect(checkSingleKeys.appliesTo?.(server)).toBe(true)
})

test('a Sentinel has no keys', () => {
  const { server } = fakePoll({ info: '# Server\nredis_mode:sentinel\n' })

  expect(checkSingleKeys.appliesTo?.(server)).toBe(false)
})
