import { describe, expect, test } from 'vitest'
import { replication } from '../../../src/collectors/server/replication.ts'
import { collected, fakePoll, samplesOf } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

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
    expect(
      await collected(replication, { info: `# Replication\nrole:master\n${field}:up\n` }),
    ).toBe('')
  },
)
