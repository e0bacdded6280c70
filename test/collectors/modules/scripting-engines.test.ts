import { expect, test } from 'vitest'
import { scriptingEngines } from '../../../src/collectors/modules/scripting-engines.ts'
import { collected, fakePoll, samplesOf } from '../../support/fake-poll.ts'
import { unindented } from '../../support/unindented.ts'

// The tests of Valkey 9 give the form.
test('the engines of Valkey 9, each with its module and its memory', async () => {
  const info = unindented`
    # Scripting Engines
    engines_count:2
    engines_total_used_memory:50
    engines_total_memory_overhead:52
    engine_0:name=LUA,module=built-in,abi_version=4,used_memory=20,memory_overhead=21
    engine_1:memory_overhead=31,used_memory=30,abi_version=2,new=x,module=example,name=JS
  `
  const lua = 'engine="LUA",module="built-in",abi_version="4"'
  const js = 'engine="JS",module="example",abi_version="2"'

  expect(await collected(scriptingEngines, { info })).toBe(unindented`
    # TYPE redis_scripting_engine_info gauge
    redis_scripting_engine_info{${lua}} 1
    redis_scripting_engine_info{${js}} 1
    # TYPE redis_scripting_engine_memory_overhead_bytes gauge
    redis_scripting_engine_memory_overhead_bytes{${lua}} 21
    redis_scripting_engine_memory_overhead_bytes{${js}} 31
    # TYPE redis_scripting_engine_memory_used_bytes gauge
    redis_scripting_engine_memory_used_bytes{${lua}} 20
    redis_scripting_engine_memory_used_bytes{${js}} 30
    # TYPE redis_scripting_engines gauge
    redis_scripting_engines 2
    # TYPE redis_scripting_engines_memory_overhead_bytes gauge
    redis_scripting_engines_memory_overhead_bytes 52
    # TYPE redis_scripting_engines_memory_used_bytes gauge
    redis_scripting_engines_memory_used_bytes 50
  `)
})

test('a server without engines counts none', async () => {
  const info = '# Scripting Engines\r\nengines_count:0\r\nengine_x:name=a\r\n'

  expect(await collected(scriptingEngines, { info })).toBe(unindented`
    # TYPE redis_scripting_engines gauge
    redis_scripting_engines 0
  `)
})

test('a line that names no engine is rejected, one without figures is not', async () => {
  const info = '# Scripting Engines\nengine_0:LUA\nengine_1:name=JS\n'
  const poll = fakePoll({ info })
  const samples = await samplesOf(scriptingEngines, poll)

  expect(samples.map(({ labels }) => labels)).toEqual([
    { engine: 'JS', module: '', abi_version: '' },
  ])
  expect(poll.rejected).toEqual(['engine_0: LUA'])
})
