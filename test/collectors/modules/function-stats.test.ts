import { expect, test } from 'vitest'
import { functionStats } from '../../../src/collectors/modules/function-stats.ts'
import type { Reply } from '../../../src/redis/command.ts'
import { collected, fakePoll } from '../../support/fake-poll.ts'
import { recordedAnswer } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

const server = (script: Reply, engines: Reply) => ({
  replies: { 'FUNCTION STATS': ['running_script', script, 'engines', engines] },
})
const lua = (libraries: Reply, functions: Reply) => [
  ...['libraries_count', libraries, 'functions_count', functions],
]

test.each(['redis-7.0.15', 'redis-7.4.1', 'redis-8-dev', 'valkey-8-dev'])(
  '%s without functions: its engine has none, and none runs',
  async (folder) => {
    expect(await collected(functionStats, { replies: recordedAnswer(folder) })).toBe(unindented`
      # TYPE redis_function_engine_functions gauge
      redis_function_engine_functions{engine="LUA"} 0
      # TYPE redis_function_engine_libraries gauge
      redis_function_engine_libraries{engine="LUA"} 0
      # TYPE redis_function_running gauge
      redis_function_running 0
      # TYPE redis_function_running_seconds gauge
      redis_function_running_seconds 0
    `)
  },
)

test('a function that runs: how long, and nothing of its arguments', async () => {
  const script = ['name', 'slow', 'command', ['fcall', 'slow', '1', 'secret'], 'duration_ms', 1011]

  expect(await collected(functionStats, server(script, ['LUA', lua(2, 5)]))).toBe(unindented`
    # TYPE redis_function_engine_functions gauge
    redis_function_engine_functions{engine="LUA"} 5
    # TYPE redis_function_engine_libraries gauge
    redis_function_engine_libraries{engine="LUA"} 2
    # TYPE redis_function_running gauge
    redis_function_running 1
    # TYPE redis_function_running_seconds gauge
    redis_function_running_seconds 1.011
  `)
})

test('of 30 engines the last 10 are summed, and those of a strange name with them', async () => {
  const engines = Array.from({ length: 30 }, (_, index) => [`E${index}`, lua(1, 2)]).flat()
  const strange = ['an engine', lua(1, 2), 'x'.repeat(41), lua(1, 2)]
  const samples = await functionStats.collect(fakePoll(server(null, [...engines, ...strange])))

  expect(samples).toHaveLength(2 + 2 * 21)
  const others = samples.filter(({ labels }) => labels.engine === 'other')
  expect(others.map(({ value }) => value)).toEqual([12, 24])
})

test.each<[string, Reply, Reply]>([
  ['a running script that is no list', 'slow', []],
  ['a running script without a duration', ['name', 'slow'], []],
  ['engines that are no list', null, 7],
  ['an engine with words for numbers', null, ['LUA', lua('one', 2)]],
])('%s: a failure', async (_form, script, engines) => {
  const poll = fakePoll(server(script, engines))

  await expect(functionStats.collect(poll)).rejects.toMatchObject({ reason: 'parse' })
})

test.each([
  ['redis 6.2', ['function'], false],
  ['redis 7.0', ['function', 'function|stats'], true],
])('%s is asked: %s', (_server, commands, applies) => {
  expect(functionStats.appliesTo?.(fakePoll({ commands }).server)).toBe(applies)
})
