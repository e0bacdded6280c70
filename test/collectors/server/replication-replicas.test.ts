import { describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/clock.ts'
import { replication } from '../../../src/collectors/server/replication.ts'
import { runCollector } from '../../../src/poller/run-collector.ts'
import { collected, fakePoll, samplesOf, textOf } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

const master = '# Replication\nrole:master\n'

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

    expect(textOf(await samplesOf(replication, poll))).toBe(unindented`
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

      expect(textOf(samples)).toBe(unindented`
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

    expect(textOf(samples)).toBe(unindented`
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
