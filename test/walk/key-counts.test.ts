import { expect, test } from 'vitest'
import { parseInfo } from '../../src/redis/info.ts'
import { readKeyCounts } from '../../src/walk/key-counts.ts'

test('keys are counted by database; parts may come in any order', () => {
  const info = parseInfo(
    '# Keyspace\r\ndb0:keys=3,expires=0\r\ndb11:expires=1,avg_ttl=2,keys=7\r\ndb2:keys=0\r\n' +
      'db0_distrib_strings_sizes:1=3\r\ndb5:expires=1\r\n',
  )

  expect(readKeyCounts(info)).toEqual(
    new Map([
      [0, 3],
      [11, 7],
    ]),
  )
})

test('a server without keys has none', () => {
  expect(readKeyCounts(parseInfo('# Keyspace\r\n'))).toEqual(new Map())
})
