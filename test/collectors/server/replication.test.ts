import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { replication } from '../../../src/collectors/server/replication.ts'
import { encode } from '../../../src/metrics/encode.ts'
import { runCollector } from '../../../src/poller/run-collector.ts'
import { collected, fakePoll, samplesOf, withoutHelp } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

const master = '# Replication\nrole:master\n'

test('a master with a replica', async () => {
  const info = readFixture('redis-7.0.15/info-everything.txt')

  expect(await collected(replication, { info })).toBe(unindented`
    # TYPE redis_connected_slave_lag_bytes gauge
    redis_connected_slave_lag_bytes{slave_ip="127.0.0.1",slave_port="17898",slave_state="online"} 0
    # TYPE redis_connected_slave_lag_seconds gauge
    redis_connected_slave_lag_seconds{slave_ip="127.0.0.1",slave_port="17898",slave_state="online"} 0
    # TYPE redis_connected_slave_offset_bytes gauge
    redis_connected_slave_offset_bytes{slave_ip="127.0.0.1",slave_port="17898",slave_state="online"} 250326
    # TYPE redis_connected_slaves gauge
    redis_connected_slaves 1
    # TYPE redis_master_failover_state gauge
    redis_master_failover_state{state="no-failover"} 0
    # TYPE redis_master_repl_offset gauge
    redis_master_repl_offset 250326
    # TYPE redis_repl_backlog_first_byte_offset gauge
    redis_repl_backlog_first_byte_offset 1
    # TYPE redis_repl_backlog_history_bytes gauge
    redis_repl_backlog_history_bytes 250326
    # TYPE redis_repl_backlog_is_active gauge
    redis_repl_backlog_is_active 1
    # TYPE redis_replication_backlog_bytes gauge
    redis_replication_backlog_bytes 1048576
    # TYPE redis_second_repl_offset gauge
    redis_second_repl_offset -1
  `)
})

test.each([
  ['redis_master_link_up', 1],
  ['redis_master_last_io_seconds_ago', 1],
  ['redis_master_sync_in_progress', 0],
  ['redis_slave_repl_offset', 250_326],
])('a replica tells %s with the address of its master', async (name, value) => {
  const info = readFixture('redis-7.0.15/info-replica.txt')
  const labels = 'master_host="127.0.0.1",master_port="10179"'

  expect(await collected(replication, { info })).toContain(
    `# TYPE ${name} gauge\n${name}{${labels}} ${value}\n`,
  )
})

test('a replica is told by its labels', async () => {
  const info = readFixture('redis-7.0.15/info-replica.txt')

  expect(await collected(replication, { info })).toContain(
    '# TYPE redis_slave_info gauge\n' +
      'redis_slave_info{master_host="127.0.0.1",master_port="10179",read_only="1"} 1\n',
  )
})

test('a replica that has lost its master has the link at 0 and has never heard of it', async () => {
  const info = readFixture('redis-7.0.15/info-replica-link-down.txt')
  const labels = 'master_host="127.0.0.1",master_port="10179"'
  const text = await collected(replication, { info })

  expect(text).toContain(`redis_master_link_up{${labels}} 0\n`)
  expect(text).toContain(`redis_master_last_io_seconds_ago{${labels}} -1\n`)
})

describe('the lines of replicas', () => {
  test('are read by name, with any number of parts in any order', async () => {
    const info = `${master}slave0:lag=3,new=x,state=online,port=6380,offset=42,ip=::1,type=replica\n`

    expect(await collected(replication, { info })).toBe(unindented`
      # TYPE redis_connected_slave_lag_seconds gauge
      redis_connected_slave_lag_seconds{slave_ip="::1",slave_port="6380",slave_state="online"} 3
      # TYPE redis_connected_slave_offset_bytes gauge
      redis_connected_slave_offset_bytes{slave_ip="::1",slave_port="6380",slave_state="online"} 42
    `)
  })

  test('have no lag before Redis 3', async () => {
    const info = `${master}slave0:ip=10.0.0.1,port=6380,state=online,offset=42\n`

    expect(await collected(replication, { info })).toBe(unindented`
      # TYPE redis_connected_slave_offset_bytes gauge
      redis_connected_slave_offset_bytes{slave_ip="10.0.0.1",slave_port="6380",slave_state="online"} 42
    `)
  })

  test('have no offset on Dragonfly, which is no fault', async () => {
    const poll = fakePoll({ info: readFixture('cases/missing-part.info') })

    expect(withoutHelp(encode('redis', await samplesOf(replication, poll)).text)).toBe(unindented`
      # TYPE redis_connected_slave_lag_seconds gauge
      redis_connected_slave_lag_seconds{slave_ip="10.0.0.3",slave_port="6379",slave_state="online"} 4
      # TYPE redis_connected_slaves gauge
      redis_connected_slaves 1
    `)
    expect(poll.rejected).toEqual([])
  })

  test.each([
    ['neither offset nor lag', 'ip=10.0.0.1,port=6380,state=online'],
    ['no names, before Redis 2.8', '10.0.0.1,6380,online'],
  ])('may have %s, and tell nothing then', async (_case, line) => {
    const poll = fakePoll({ info: `${master}slave0:${line}\n` })

    expect(await samplesOf(replication, poll)).toEqual([])
    expect(poll.rejected).toEqual([])
  })

  test.each([
    ['no port', 'ip=10.0.0.1,state=online,lag=1', '10.0.0.1', ''],
    ['an IPv6 address', 'ip=fd00::1,port=6380,state=online,lag=1', 'fd00::1', '6380'],
    ['a comma in the host', 'ip=a,b,port=6380,state=online,lag=1', 'a,b', '6380'],
    ['an equals sign in the host', 'ip=a=b,port=6380,state=online,lag=1', 'a=b', '6380'],
  ])('may have %s', async (_case, line, ip, port) => {
    expect(await collected(replication, { info: `${master}slave0:${line}\n` })).toBe(unindented`
      # TYPE redis_connected_slave_lag_seconds gauge
      redis_connected_slave_lag_seconds{slave_ip="${ip}",slave_port="${port}",slave_state="online"} 1
    `)
  })

  test.each(['', 'none', 'state=online,offset=1', 'a,b,c'])(
    'that name no replica are rejected: "%s"',
    async (line) => {
      const poll = fakePoll({ info: `${master}slave0:${line}\n` })

      expect(await samplesOf(replication, poll)).toEqual([])
      expect(poll.rejected).toEqual([`slave0: ${line}`])
    },
  )

  test('are not mistaken for the fields with names that are much the same', async () => {
    const others = 'slave_read_only:1\nslave0_x:ip=1,offset=2\nmy_slave0:ip=1,offset=2\n'
    const info = `${master}slave_priority:100\n${others}`

    expect(await collected(replication, { info })).toBe(unindented`
      # TYPE redis_slave_priority gauge
      redis_slave_priority 100
    `)
  })

  // Valkey gives a replica two connections while it synchronises, with one address and port.
  test.each(['bg_transfer', 'rdb_transmitted'])(
    'of the second channel of a replica are passed over, also in the same state: %s',
    async (state) => {
      const info = unindented`
        # Replication
        slave0:ip=10.0.0.1,port=6380,state=${state},offset=0,lag=0,type=rdb-channel
        slave1:ip=10.0.0.1,port=6380,state=bg_transfer,offset=7,lag=1,type=main-channel
      `
      const { samples, rejected } = await runCollector(replication, fakePoll({ info }), systemClock)

      expect(withoutHelp(encode('redis', samples).text)).toBe(unindented`
        # TYPE redis_connected_slave_lag_seconds gauge
        redis_connected_slave_lag_seconds{slave_ip="10.0.0.1",slave_port="6380",slave_state="bg_transfer"} 1
        # TYPE redis_connected_slave_offset_bytes gauge
        redis_connected_slave_offset_bytes{slave_ip="10.0.0.1",slave_port="6380",slave_state="bg_transfer"} 7
      `)
      expect(rejected).toEqual([])
    },
  )

  test('that are equal but for their values give each series once', async () => {
    const info = unindented`
      # Replication
      slave0:ip=10.0.0.1,port=6380,state=online,offset=7,lag=1
      slave1:ip=10.0.0.1,port=6380,state=online,offset=0,lag=0
    `
    const { samples, rejected } = await runCollector(replication, fakePoll({ info }), systemClock)

    expect(withoutHelp(encode('redis', samples).text)).toBe(unindented`
      # TYPE redis_connected_slave_lag_seconds gauge
      redis_connected_slave_lag_seconds{slave_ip="10.0.0.1",slave_port="6380",slave_state="online"} 1
      # TYPE redis_connected_slave_offset_bytes gauge
      redis_connected_slave_offset_bytes{slave_ip="10.0.0.1",slave_port="6380",slave_state="online"} 7
    `)
    expect(rejected).toEqual(['connected_slave_offset_bytes', 'connected_slave_lag_seconds'])
  })
})

describe('how many bytes a replica is behind', () => {
  const lag = async (line: string, offset = 'master_repl_offset:1000') => {
    const text = await collected(replication, { info: `${master}${offset}\n${line}\n` })
    return /^redis_connected_slave_lag_bytes\{(.*)\} (.*)$/m.exec(text)?.slice(1)
  }
  const labels = 'slave_ip="10.0.0.1",slave_port="6380",slave_state="online"'
  const replica = 'slave0:ip=10.0.0.1,port=6380,state=online'

  test.each([
    ['what the master wrote and it has not acknowledged', `${replica},offset=958,lag=1`, '42'],
    ['nothing when it has acknowledged all', `${replica},offset=1000,lag=0`, '0'],
    // The lines of replicas are written after the master's own offset.
    ['nothing when it seems to be ahead', `${replica},offset=1014,lag=0`, '0'],
    ['also over the main channel of Valkey', `${replica},offset=10,type=main-channel`, '990'],
  ])('is %s', async (_case, line, value) => {
    expect(await lag(line)).toEqual([labels, value])
  })

  test.each([
    ['before it acknowledged any', `${replica},offset=0,lag=0`],
    ['of the channel by which Valkey sends a snapshot', `${replica},offset=9,type=rdb-channel`],
    ['when its offset is not there', replica],
    ['when its offset is no number', `${replica},offset=x,lag=0`],
    ['when its offset is not one', `${replica},offset=-1,lag=0`],
  ])('is not told %s', async (_case, line) => {
    expect(await lag(line)).toBeUndefined()
  })

  test('is not told by a server that does not say how much it wrote', async () => {
    expect(await lag(`${replica},offset=958,lag=1`, 'role:master')).toBeUndefined()
  })
})

test('KeyDB numbers all masters but the first, and each has its own series', async () => {
  const info = unindented`
    # Replication
    role:active-replica
    master_host:kdb0.server.local
    master_port:6377
    master_link_status:up
    master_last_io_seconds_ago:1
    master_sync_in_progress:0
    slave_repl_offset:100
    master_1_host:kdb1.server.local
    master_1_port:6378
    master_1_link_status:down
    master_1_last_io_seconds_ago:-1
    master_1_sync_in_progress:1
    slave_repl_offset:200
  `

  expect(await collected(replication, { info })).toBe(unindented`
    # TYPE redis_master_last_io_seconds_ago gauge
    redis_master_last_io_seconds_ago{master_host="kdb0.server.local",master_port="6377"} 1
    redis_master_last_io_seconds_ago{master_host="kdb1.server.local",master_port="6378"} -1
    # TYPE redis_master_link_up gauge
    redis_master_link_up{master_host="kdb0.server.local",master_port="6377"} 1
    redis_master_link_up{master_host="kdb1.server.local",master_port="6378"} 0
    # TYPE redis_master_sync_in_progress gauge
    redis_master_sync_in_progress{master_host="kdb0.server.local",master_port="6377"} 0
    redis_master_sync_in_progress{master_host="kdb1.server.local",master_port="6378"} 1
    # TYPE redis_slave_info gauge
    redis_slave_info{master_host="kdb0.server.local",master_port="6377",read_only=""} 1
    redis_slave_info{master_host="kdb1.server.local",master_port="6378",read_only=""} 1
    # TYPE redis_slave_repl_offset gauge
    redis_slave_repl_offset{master_host="kdb0.server.local",master_port="6377"} 100
    redis_slave_repl_offset{master_host="kdb1.server.local",master_port="6378"} 200
  `)
})

test('KeyDB 5 numbers no master, and each has its own series', async () => {
  expect(await collected(replication, { info: readFixture('cases/masters.info') })).toBe(unindented`
    # TYPE redis_connected_slaves gauge
    redis_connected_slaves 0
    # TYPE redis_master_link_down_since_seconds gauge
    redis_master_link_down_since_seconds{master_host="10.0.0.1",master_port="7001"} 30
    # TYPE redis_master_link_up gauge
    redis_master_link_up{master_host="10.0.0.1",master_port="7001"} 0
    redis_master_link_up{master_host="10.0.0.2",master_port="7002"} 1
    # TYPE redis_slave_info gauge
    redis_slave_info{master_host="10.0.0.1",master_port="7001",read_only=""} 1
    redis_slave_info{master_host="10.0.0.2",master_port="7002",read_only=""} 1
  `)
})

describe('several masters, each with its own link', () => {
  const links = async (...lines: readonly string[]) => {
    const info = ['# Replication', 'role:active-replica', ...lines, ''].join('\n')
    const poll = fakePoll({ info })
    const samples = await samplesOf(replication, poll)
    expect(poll.rejected).toEqual([])
    return samples.flatMap(({ metric, labels, value }) =>
      metric.name === 'master_link_up' ? [[labels.master_host, labels.master_port, value]] : [],
    )
  }
  const named = (host: string, port: number, link: string, number = '') => [
    `master${number}_host:${host}`,
    `master${number}_port:${port}`,
    `master${number}_link_status:${link}`,
  ]

  test.each<[string, readonly string[], readonly (string | number)[][]]>([
    [
      'numbered and not numbered',
      [...named('a', 1, 'up'), ...named('b', 2, 'down', '_1'), ...named('c', 3, 'up')],
      [
        ['a', '1', 1],
        ['b', '2', 0],
        ['c', '3', 1],
      ],
    ],
    [
      'all numbered',
      [...named('a', 1, 'down', '_0'), ...named('b', 2, 'up', '_1')],
      [
        ['a', '1', 0],
        ['b', '2', 1],
      ],
    ],
    [
      'on one host',
      [...named('a', 1, 'up'), ...named('a', 2, 'down')],
      [
        ['a', '1', 1],
        ['a', '2', 0],
      ],
    ],
    [
      'with the port first',
      [...named('a', 1, 'up').reverse(), ...named('b', 2, 'down').reverse()],
      [
        ['a', '1', 1],
        ['b', '2', 0],
      ],
    ],
    [
      'one of which does not tell',
      [...named('a', 1, 'up').slice(0, 2), ...named('b', 2, 'up')],
      [['b', '2', 1]],
    ],
    ['that is one', named('a', 1, 'up'), [['a', '1', 1]]],
  ])('%s', async (_case, lines, expected) => {
    expect(await links(...lines)).toEqual(expected)
  })
})

test.each([
  ['master', 0],
  ['slave', 1],
  ['active-replica', 1],
  ['replica', 1],
])('the role %s gives so many series of slave_info: %i', async (role, count) => {
  const info = `# Replication\nrole:${role}\nmaster_host:m\nmaster_port:1\n`

  expect((await collected(replication, { info })).split('redis_slave_info{')).toHaveLength(
    count + 1,
  )
})

test.each(['master_link_status_since', 'old_master_link_status', 'master_x_link_status'])(
  'the field %s is not one of a master',
  async (field) => {
    expect(await collected(replication, { info: `${master}${field}:up\n` })).toBe('')
  },
)

test('a replica that has lost its master tells for how long', async () => {
  const info = readFixture('redis-7.0.15/info-replica-link-down.txt')

  expect(await collected(replication, { info })).toContain(
    '# TYPE redis_master_link_down_since_seconds gauge\n' +
      'redis_master_link_down_since_seconds{master_host="127.0.0.1",master_port="10179"} 1\n',
  )
})

test('a replica that is sent all data tells how far it is', async () => {
  const info = unindented`
    # Replication
    role:slave
    master_host:m
    master_port:1
    master_sync_in_progress:1
    slave_read_repl_offset:7
    master_sync_total_bytes:400
    master_sync_read_bytes:100
    master_sync_left_bytes:300
    master_sync_perc:25.00
    master_sync_last_io_seconds_ago:2
  `
  const text = await collected(replication, { info })

  for (const [name, value] of [
    ['master_sync_in_progress', 1],
    ['slave_read_repl_offset', 7],
    ['master_sync_total_bytes', 400],
    ['master_sync_read_bytes', 100],
    ['master_sync_left_bytes', 300],
    ['master_sync_ratio', 0.25],
    ['master_sync_last_io_age_seconds', 2],
  ])
    expect(text).toContain(
      `# TYPE redis_${name} gauge\nredis_${name}{master_host="m",master_port="1"} ${value}\n`,
    )
})

test('what some replicas and masters tell besides', async () => {
  const info = unindented`
    # Replication
    role:master
    min_slaves_good_slaves:2
    replica_announced:1
    replicas_waiting_psync:3
    replicas_repl_buffer_size:4
    replicas_repl_buffer_peak:5
    master_failover_state:waiting-for-sync
  `

  expect(await collected(replication, { info })).toBe(unindented`
    # TYPE redis_master_failover_state gauge
    redis_master_failover_state{state="waiting-for-sync"} 1
    # TYPE redis_min_slaves_good_slaves gauge
    redis_min_slaves_good_slaves 2
    # TYPE redis_replica_announced gauge
    redis_replica_announced 1
    # TYPE redis_replicas_repl_buffer_peak_bytes gauge
    redis_replicas_repl_buffer_peak_bytes 5
    # TYPE redis_replicas_repl_buffer_size_bytes gauge
    redis_replicas_repl_buffer_size_bytes 4
    # TYPE redis_replicas_waiting_psync gauge
    redis_replicas_waiting_psync 3
  `)
})
