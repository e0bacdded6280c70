import { describe, expect, test } from 'vitest'
import { parseInfo } from '../../src/redis/info.ts'
import { replicationPosition } from '../../src/redis/replication-position.ts'

const moments = { askedAt: 1_000, heardAt: 1_002 }
const positionOf = (...lines: readonly string[]) =>
  replicationPosition(parseInfo(['# Replication', ...lines].join('\r\n')), moments)

const ofMaster = ['role:master', 'master_replid:abc', 'master_repl_offset:500']
const ofReplica = [
  ...['role:slave', 'master_host:10.0.0.1', 'master_port:6379', 'master_replid:abc'],
  ...['master_repl_offset:400', 'slave_repl_offset:300'],
]

test('a master stands where it has written to, and tells of its replicas', () => {
  const replicas = [
    'slave0:ip=10.0.0.2,port=6380,state=online,offset=450,lag=1',
    'slave1:ip=10.0.0.3,port=6380,state=online,offset=0,lag=1,type=rdb-channel',
    'slave2:ip=10.0.0.4,port=6380,state=wait_bgsave,offset=0,lag=0',
  ]

  expect(positionOf(...ofMaster, ...replicas)).toEqual({
    ...{ role: 'master', stream: 'abc', offset: 500, master: undefined, ...moments },
    ...{ isLinked: false, areAllReplicas: true },
    replicas: [
      { host: '10.0.0.2', port: '6380', offset: 450, lagSeconds: 1 },
      { host: '10.0.0.4', port: '6380', offset: undefined, lagSeconds: 0 },
    ],
  })
})

test('a replica stands where it has taken in to, and names its master', () => {
  expect(positionOf(...ofReplica)).toEqual({
    ...{ role: 'replica', stream: 'abc', offset: 300, replicas: [], ...moments },
    ...{ isLinked: false, areAllReplicas: true },
    master: { host: '10.0.0.1', port: '6379' },
  })
})

test('a replica tells whether it is connected to its master', () => {
  expect(positionOf(...ofReplica, 'master_link_status:up')?.isLinked).toBe(true)
  expect(positionOf(...ofReplica, 'master_link_status:down')?.isLinked).toBe(false)
})

test.each([
  ['one that has no address', ['slave0:state=online']],
  [
    'more than a hundred',
    Array.from({ length: 101 }, (_, index) => `slave${index}:ip=10.0.1.${index},port=6379`),
  ],
])('a master whose replicas are not all told says so: %s', (_, lines) => {
  expect(positionOf(...ofMaster, ...lines)?.areAllReplicas).toBe(false)
})

describe('there is no position', () => {
  test.each([
    ['of a server that has no id of a stream', ['role:master', 'master_repl_offset:5']],
    ['of a server with several masters', ['role:active-replica', ...ofReplica.slice(1)]],
    ['of a replica that is being sent all', [...ofReplica, 'master_sync_in_progress:1']],
    [
      'of a replica that has thrown away its own data and was not sent the other',
      ['role:slave', 'master_replid:abc', 'slave_repl_offset:1', 'master_link_status:down'],
    ],
    ['where the offset is no number', ['role:master', 'master_replid:abc', 'master_repl_offset:x']],
    ['of a Sentinel', ['sentinel_masters:1']],
  ])('%s', (_, lines) => {
    expect(positionOf(...lines)).toBeUndefined()
  })
})
