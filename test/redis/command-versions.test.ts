import { expect, test } from 'vitest'
import { mayHave } from '../../src/redis/command-versions.ts'

const commands = [
  ...['slowlog', 'config', 'config|get', 'acl|log', 'latency|histogram', 'commandlog|len'],
  ...['cluster|slot-stats', 'hotkeys|get', 'client|list', 'sentinel|replicas'],
]

test.each([
  ['Redis 4.0', '4.0.14', '', 'slowlog config client|list'],
  ['Redis 5.0', '5.0.14', '', 'slowlog config client|list sentinel|replicas'],
  ['Redis 6.2', '6.2.14', '', 'slowlog config acl|log client|list sentinel|replicas'],
  [
    'Redis 7.0',
    '7.0.15',
    '',
    'slowlog config config|get acl|log latency|histogram client|list sentinel|replicas',
  ],
  [
    'Redis 8.10',
    '8.10.0',
    '',
    'slowlog config config|get acl|log latency|histogram cluster|slot-stats hotkeys|get client|list sentinel|replicas',
  ],
  [
    'Valkey 9.1',
    '7.2.4',
    '9.1.2',
    'slowlog config config|get acl|log latency|histogram commandlog|len cluster|slot-stats client|list sentinel|replicas',
  ],
  [
    'a server that tells no version',
    '',
    '',
    'slowlog config config|get acl|log latency|histogram cluster|slot-stats hotkeys|get client|list sentinel|replicas',
  ],
])('%s may have what came with it or before', (_name, redisVersion, valkeyVersion, known) => {
  const kind = { redisVersion, valkeyVersion, mode: 'standalone' }

  expect(commands.filter((one) => mayHave(one, kind)).join(' ')).toBe(known)
})

test('a Sentinel has its own commands and few of others', () => {
  const kind = { redisVersion: '6.2.14', valkeyVersion: '', mode: 'sentinel' }

  expect(commands.filter((one) => mayHave(one, kind))).toEqual([
    ...['acl|log', 'client|list', 'sentinel|replicas'],
  ])
})
