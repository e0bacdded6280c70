import { expect, test } from 'vitest'
import { createPerServer } from '../../src/collectors/per-server.ts'

test('each run of a server has a state of its own, the last that was set', () => {
  const servers = createPerServer<number>()
  servers.set('a', 1)
  servers.set('b', 2)
  servers.set('a', 3)

  expect(['a', 'b', 'c'].map(servers.get)).toEqual([3, 2, undefined])
})

test('beyond the bound, that which was not set for longest is forgotten', () => {
  const servers = createPerServer<number>(2)
  servers.set('a', 1)
  servers.set('b', 2)
  servers.set('a', 3)
  servers.set('c', 4)

  expect(['a', 'b', 'c'].map(servers.get)).toEqual([3, undefined, 4])
})
