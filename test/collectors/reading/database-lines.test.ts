import { expect, test } from 'vitest'
import { readDatabaseKeys } from '../../../src/collectors/reading/database-lines.ts'
import { parseInfo } from '../../../src/redis/info.ts'

const keysOf = async (text: string, isLoading = false) => {
  const { keysIn, named } = await readDatabaseKeys(parseInfo(text), isLoading)
  return { named, first: [0, 1, 2, 3].map(keysIn) }
}

test('keys are counted by database, and those that are not named have none', async () => {
  const info = '# Keyspace\r\ndb0:keys=3,expires=0\r\ndb2:expires=1,avg_ttl=2,keys=7\r\n'

  expect(await keysOf(info)).toEqual({ named: [0, 2], first: [3, 0, 7, 0] })
})

test('a server without keys has none', async () => {
  expect(await keysOf('# Keyspace\r\n')).toEqual({ named: [], first: [0, 0, 0, 0] })
})

test('a server without sections is read as well', async () => {
  expect(await keysOf('redis_version:2.4.18\r\ndb1:keys=3,expires=2\r\n')).toEqual({
    named: [1],
    first: [0, 3, 0, 0],
  })
})

test.each([
  ['that has no list', '# Server\r\nredis_version:7.0.0\r\n'],
  ['whose list has odd lines', '# Keyspace\r\ndb0 Strings_keys=100, expires=0, invalid_keys=0\r\n'],
  ['whose list has other parts', '# Keyspace\r\ndb0:Strings_keys=100\r\n'],
  ['that does not know it', '# Keyspace\r\ndb0:keys=-1,expires=0\r\n'],
])('nothing is known of the keys of a server %s', async (_case, info) => {
  expect(await keysOf(info)).toEqual({
    named: [],
    first: [undefined, undefined, undefined, undefined],
  })
})

test('what a server that loads its data does not name is not empty', async () => {
  expect(await keysOf('# Keyspace\r\ndb1:keys=3,expires=2\r\n', true)).toEqual({
    named: [1],
    first: [undefined, 3, undefined, undefined],
  })
})
