import { expect, test } from 'vitest'
import { perRun } from '../../src/collectors/per-run.ts'
import { parseInfo } from '../../src/redis/info.ts'
import { serverInfo } from '../../src/redis/server-info.ts'

const run = (id: string) => serverInfo(parseInfo(`# Server\nrun_id:${id}\n`), undefined)

test('a run of a server finds what was kept for it, another one does not', () => {
  const listOf = perRun<string[]>(() => [])
  listOf(run('first')).push('a')

  expect(listOf(run('first'))).toEqual(['a'])
  expect(listOf(run('second'))).toEqual([])
})

test('beyond the bound, the run that was not asked for longest is forgotten', () => {
  const listOf = perRun<string[]>(() => [], 2)
  listOf(run('first')).push('a')
  listOf(run('second')).push('b')
  listOf(run('first'))
  listOf(run('third'))

  expect(listOf(run('first'))).toEqual(['a'])
  expect(listOf(run('second'))).toEqual([])
})
