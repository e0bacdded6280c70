import { expect, test } from 'vitest'
import { collectors } from '../../src/collectors/index.ts'
import { parseInfo } from '../../src/redis/info.ts'
import { serverInfo } from '../../src/redis/server-info.ts'

/** The names of the collectors that apply to a server with these commands beside INFO. */
function applying(...commands: readonly string[]): readonly string[] {
  const server = serverInfo(parseInfo(''), new Set(['info', ...commands]))
  return collectors.filter(({ appliesTo }) => appliesTo?.(server) ?? true).map(({ name }) => name)
}

test('a server that has nothing but INFO still gets all that INFO tells', () => {
  expect(applying()).toEqual([
    'server',
    'clients',
    'memory',
    'persistence',
    'stats',
    'replication',
    'cpu',
    'commandstats',
    'errorstats',
    'latencystats',
    'keyspace',
    'cluster',
    'sentinel',
    'modules',
    'search',
    'tile38',
    'scripts',
  ])
})

test.each([
  ['ft._list', 'search-indexes'],
  ['config', 'config'],
  ['slowlog', 'slowlog'],
  ['commandlog', 'commandlog'],
  ['latency', 'latency'],
  ['latency|histogram', 'latency-histogram'],
])('a server that has %s is asked by the collector %s too', (command, name) => {
  const without = applying()

  expect(applying(command).filter((one) => !without.includes(one))).toEqual([name])
})

test('a server that cannot tell its commands is asked by all', () => {
  const server = serverInfo(parseInfo(''), undefined)

  expect(collectors.every(({ appliesTo }) => appliesTo?.(server) ?? true)).toBe(true)
})
