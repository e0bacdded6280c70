import { expect, test } from 'vitest'
import { perRun } from '../../../src/collectors/reading/per-run.ts'
import { parseInfo } from '../../../src/redis/info.ts'

const run = (id: string) => parseInfo(`# Server\nrun_id:${id}\n`)
const lasting = (uptime: number) => parseInfo(`# Server\nuptime_in_seconds:${uptime}\n`)

test('what was kept of a run is found for as long as it answers', () => {
  const list = perRun<string[]>(() => [])
  list.last().push('before INFO')
  list.of(run('first'), 0).push('a')

  expect(list.of(run('first'), 15)).toEqual(['before INFO', 'a'])
  expect(list.last()).toEqual(['before INFO', 'a'])
})

test('another run begins with nothing, and so does one that comes back', () => {
  const list = perRun<string[]>(() => [])
  list.of(run('first'), 0).push('a')

  expect(list.of(run('second'), 15)).toEqual([])
  expect(list.of(run('first'), 30)).toEqual([])
})

test('without a run_id, a server that started anew is another run', () => {
  const list = perRun<string[]>(() => [])
  list.of(lasting(100), 1000).push('a')

  expect(list.of(lasting(115), 1015)).toEqual(['a'])
  expect(list.of(lasting(3), 1030)).toEqual([])
})
