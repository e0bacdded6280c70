import { expect, test } from 'vitest'
import { parseInfo } from '../../src/redis/info.ts'
import { serverName } from '../../src/redis/server-name.ts'
import { readFixture } from '../support/fixtures.ts'

test.each([
  ['redis-6.2.5/info-all.txt', 'Redis 6.2.5'],
  ['redis-7.0.15/info-all.txt', 'Redis 7.0.15'],
  ['redis-7.4.1/info-all.txt', 'Redis 7.4.1'],
  ['redis-8-dev/info-all.txt', 'Redis 255.255.255'],
  ['sentinel-7.0.15/info-all.txt', 'Redis 7.0.15'],
  ['valkey-8-dev/info-all.txt', 'Valkey 255.255.255'],
])('the server of %s is %s', (path, name) => {
  expect(serverName(parseInfo(readFixture(path)))).toBe(name)
})

test.each([
  [['redis_version:7.2.4', 'server_name:valkey', 'valkey_version:9.1.2'], 'Valkey 9.1.2'],
  [['redis_version:6.3.4', '', '# KeyDB', 'mvcc_depth:0'], 'KeyDB 6.3.4'],
  [['redis_version:7.4.0', 'dragonfly_version:df-v1.27.1'], 'Dragonfly 1.27.1'],
  [['redis_version:4.0.0', 'kvrocks_version:2.9.0'], 'Kvrocks 2.9.0'],
  [['redis_version:4.0', 'pika_version:3.5.3'], 'Pika 3.5.3'],
  [['redis_version:7.2.4', 'server_name:redict', 'redict_version:7.3.0'], 'Redict 7.3.0'],
  [['redis_version:7.2.5', 'garnet_version:1.0.63'], 'Garnet 1.0.63'],
  [['tile38_version:1.33.2'], 'Tile38 1.33.2'],
  [['redis_version:7.4.0', 'rlec_version:7.8.2-34'], 'Redis Enterprise 7.8.2-34'],
  // One that nobody has met yet.
  [['redis_version:7.2.4', 'server_name:futuredb', 'futuredb_version:2.0.1'], 'Futuredb 2.0.1'],
  [['redis_version:7.2.4', 'server_name:futuredb'], 'Futuredb 7.2.4'],
  [['redis_version:7.1.0', 'os:Amazon ElastiCache'], 'Redis 7.1.0'],
  [['redis_version:'], ''],
  [['uptime_in_seconds:7'], ''],
  [['redis_version:<b>1</b>', `server_name:${'x'.repeat(99)}`], ''],
])('a server that tells %j is %s', (lines, name) => {
  expect(serverName(parseInfo(['# Server', ...lines, ''].join('\r\n')))).toBe(name)
})

test('what is stored is not taken for a name', () => {
  const info = parseInfo('# Server\nredis_version:7.0.15\n# Keyspace\npika_version:3.5.3\n')

  expect(serverName(info)).toBe('Redis 7.0.15')
})
