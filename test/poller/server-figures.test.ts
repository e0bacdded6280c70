import { describe, expect, test } from 'vitest'
import { serverFigures } from '../../src/poller/server-figures.ts'
import { parseInfo } from '../../src/redis/info.ts'
import { replicationPosition } from '../../src/redis/replication-position.ts'
import { readFixture } from '../support/fixtures.ts'

function figuresOf(text: string) {
  const info = parseInfo(text)
  const position = replicationPosition(info, { askedAt: 0, heardAt: 0 })
  return serverFigures(info, 5, position)
}

test('what people look at first is read from one INFO', () => {
  const text = `# Server
uptime_in_seconds:86400
# Clients
connected_clients:12
maxclients:10000
# Memory
used_memory:1048576
maxmemory:2097152
# Stats
total_commands_processed:4000
keyspace_hits:90
keyspace_misses:10
# Commandstats
cmdstat_get:calls=30,usec=60,usec_per_call=2.00,rejected_calls=0,failed_calls=0
cmdstat_config|get:calls=10,usec=40,usec_per_call=4.00,rejected_calls=0,failed_calls=0
# Keyspace
db0:keys=5,expires=1,avg_ttl=0
db3:keys=7,expires=0,avg_ttl=0
`
  expect(figuresOf(text)).toEqual({
    readAt: 5,
    uptimeSeconds: 86_400,
    commands: 4_000,
    calls: 40,
    callMicroseconds: 100,
    memoryBytes: 1_048_576,
    memoryLimitBytes: 2_097_152,
    clients: 12,
    mostClients: 10_000,
    hits: 90,
    misses: 10,
    keys: 12,
    masters: undefined,
    replication: undefined,
  })
})

test('a maxmemory of 0 is no limit, and an empty keyspace has 0 keys', () => {
  expect(figuresOf('# Memory\nused_memory:5\nmaxmemory:0\n# Keyspace\n')).toMatchObject({
    memoryLimitBytes: undefined,
    keys: 0,
  })
})

test('what the server does not tell, or tells in another way, is not known', () => {
  const { readAt, ...figures } = figuresOf(
    '# Memory\nused_memory:much\n# Commandstats\ncmdstat_x:y\n',
  )

  expect(readAt).toBe(5)
  expect(Object.values(figures).filter((value) => value !== undefined)).toEqual([])
})

test('a Sentinel tells how many masters it watches', () => {
  expect(figuresOf('# Sentinel\nsentinel_masters:2\n').masters).toBe(2)
})

describe('the replication', () => {
  const master = (...slaves: readonly string[]) =>
    figuresOf(
      `# Replication\nrole:master\nconnected_slaves:${slaves.length}\n${slaves.map((one, index) => `slave${index}:${one}\n`).join('')}master_replid:abc\nmaster_repl_offset:1000\n`,
    ).replication

  test('of a master is that of the replica that is furthest behind', () => {
    expect(
      master(
        'ip=10.0.0.1,port=6379,state=online,offset=990,lag=0',
        'ip=10.0.0.2,port=6379,state=online,offset=400,lag=3',
      ),
    ).toEqual({ kind: 'master', replicas: 2, lagBytes: 600, lagSeconds: 3 })
  })

  test('of a master whose replica has acknowledged nothing yet has no lag', () => {
    expect(master('ip=10.0.0.1,port=6379,state=wait_bgsave,offset=0,lag=0')).toEqual({
      ...{ kind: 'master', replicas: 1, lagBytes: undefined, lagSeconds: 0 },
    })
  })

  test('of a master without replicas is just that', () => {
    expect(master()).toEqual({
      ...{ kind: 'master', replicas: 0, lagBytes: undefined, lagSeconds: undefined },
    })
  })

  test.each([
    ['up', 'master_last_io_seconds_ago:2', { isLinked: true, silentSeconds: 2 }],
    ['down', 'master_link_down_since_seconds:77', { isLinked: false, silentSeconds: 77 }],
    // What never was connected tells -1.
    ['down', 'master_link_down_since_seconds:-1', { isLinked: false, silentSeconds: undefined }],
  ])('of a replica tells of its link: %s, %s', (status, since, expected) => {
    const text = `# Replication\nrole:slave\nmaster_link_status:${status}\n${since}\n`

    expect(figuresOf(text).replication).toEqual({ kind: 'replica', ...expected })
  })
})

test.each(['redis-7.0.15', 'redis-8.6.3', 'valkey-9.1.2'])(
  'a recorded %s tells all of it',
  (name) => {
    const text = readFixture(`${name}/info-all.txt`)
    const { memoryLimitBytes, masters, ...figures } = figuresOf(text)

    expect(Object.entries(figures).filter(([, value]) => value === undefined)).toEqual([])
  },
)
