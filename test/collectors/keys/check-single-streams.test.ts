import { describe, expect, test } from 'vitest'
import { checkSingleStreams } from '../../../src/collectors/keys/check-single-streams.ts'
import { fromErrorReply } from '../../../src/redis/redis-error.ts'
import { type Answer, collected, fakePoll } from '../../support/fake-poll.ts'
import { recordedAnswer } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

const settings = { checkSingleStreams: [{ database: 0, pattern: 'orders' }] }

/** What the collector makes of a stream with no groups and these fields. */
async function linesOf(stream: Answer, groups: Answer = []): Promise<string> {
  return await collected(checkSingleStreams, {
    settings,
    replies: {
      'TYPE orders': 'stream',
      'XINFO STREAM orders': stream,
      'XINFO GROUPS orders': groups,
      'XINFO CONSUMERS orders billing': [],
    },
  })
}

test('a stream of Redis 7.0 with its group and the consumer of that', async () => {
  const replies = recordedAnswer('redis-7.0.15')

  expect(await collected(checkSingleStreams, { settings, replies })).toBe(unindented`
    # TYPE redis_stream_entries_added_total counter
    redis_stream_entries_added_total{db="db0",stream="orders"} 3
    # TYPE redis_stream_first_entry_id gauge
    redis_stream_first_entry_id{db="db0",stream="orders"} 1795489568728
    # TYPE redis_stream_group_consumer_idle_seconds gauge
    redis_stream_group_consumer_idle_seconds{db="db0",stream="orders",group="billing",consumer="worker-1"} 0.852
    # TYPE redis_stream_group_consumer_messages_pending gauge
    redis_stream_group_consumer_messages_pending{db="db0",stream="orders",group="billing",consumer="worker-1"} 1
    # TYPE redis_stream_group_consumers gauge
    redis_stream_group_consumers{db="db0",stream="orders",group="billing"} 1
    # TYPE redis_stream_group_entries_read gauge
    redis_stream_group_entries_read{db="db0",stream="orders",group="billing"} 1
    # TYPE redis_stream_group_lag gauge
    redis_stream_group_lag{db="db0",stream="orders",group="billing"} 2
    # TYPE redis_stream_group_last_delivered_id gauge
    redis_stream_group_last_delivered_id{db="db0",stream="orders",group="billing"} 1795489568728
    # TYPE redis_stream_group_messages_pending gauge
    redis_stream_group_messages_pending{db="db0",stream="orders",group="billing"} 1
    # TYPE redis_stream_groups gauge
    redis_stream_groups{db="db0",stream="orders"} 1
    # TYPE redis_stream_last_entry_id gauge
    redis_stream_last_entry_id{db="db0",stream="orders"} 1795489568728
    # TYPE redis_stream_last_generated_id gauge
    redis_stream_last_generated_id{db="db0",stream="orders"} 1795489568728
    # TYPE redis_stream_length gauge
    redis_stream_length{db="db0",stream="orders"} 3
    # TYPE redis_stream_max_deleted_entry_id gauge
    redis_stream_max_deleted_entry_id{db="db0",stream="orders"} 0
    # TYPE redis_stream_radix_tree_keys gauge
    redis_stream_radix_tree_keys{db="db0",stream="orders"} 1
    # TYPE redis_stream_radix_tree_nodes gauge
    redis_stream_radix_tree_nodes{db="db0",stream="orders"} 2
  `)
})

test.each(['redis-8-dev', 'valkey-8-dev'])(
  'the stream of %s has as many series',
  async (folder) => {
    const poll = fakePoll({ settings, replies: recordedAnswer(folder) })

    expect(await checkSingleStreams.collect(poll)).toHaveLength(16)
    expect(poll.rejected).toEqual([])
  },
)

describe('of a stream', () => {
  test('fields that a server does not have give no series', async () => {
    expect(await linesOf(['length', 2, 'groups', 0])).toBe(unindented`
      # TYPE redis_stream_groups gauge
      redis_stream_groups{db="db0",stream="orders"} 0
      # TYPE redis_stream_length gauge
      redis_stream_length{db="db0",stream="orders"} 2
    `)
  })

  test('that is empty the ids of its entries are 0', async () => {
    expect(await linesOf(['first-entry', null, 'last-entry', null])).toBe(unindented`
      # TYPE redis_stream_first_entry_id gauge
      redis_stream_first_entry_id{db="db0",stream="orders"} 0
      # TYPE redis_stream_last_entry_id gauge
      redis_stream_last_entry_id{db="db0",stream="orders"} 0
    `)
  })

  test('a lag that the server does not know gives no series, and nothing is rejected', async () => {
    const group = ['name', 'billing', 'pending', 3, 'lag', null, 'entries-read', null]

    expect(await linesOf([], [group])).toBe(unindented`
      # TYPE redis_stream_group_messages_pending gauge
      redis_stream_group_messages_pending{db="db0",stream="orders",group="billing"} 3
    `)
  })

  test('refused groups cost their own series only', async () => {
    expect(await linesOf(['length', 2], fromErrorReply('NOPERM no'))).toBe(unindented`
      # TYPE redis_stream_length gauge
      redis_stream_length{db="db0",stream="orders"} 2
    `)
  })

  test('a field that cannot be read gives no series and is told', async () => {
    const poll = fakePoll({
      settings,
      replies: {
        'TYPE orders': 'stream',
        'XINFO STREAM orders': ['length', '2', 'last-generated-id', 'x-1', 'first-entry', 7],
        'XINFO GROUPS orders': ['billing', ['lag', 1]],
      },
    })

    expect(await checkSingleStreams.collect(poll)).toEqual([])
    expect(poll.rejected).toEqual([
      'length: of a stream in database 0',
      'last-generated-id: of a stream in database 0',
      'first-entry: of a stream in database 0',
    ])
  })
})

test('consumers are not asked for when they are left out', async () => {
  const replies = recordedAnswer('redis-7.0.15')
  const poll = fakePoll({ settings: { ...settings, streamsExcludeConsumers: true }, replies })

  expect(await checkSingleStreams.collect(poll)).toHaveLength(14)
  expect(poll.commands).toEqual(['TYPE orders', 'XINFO STREAM orders', 'XINFO GROUPS orders'])
})

test.each(['none', 'list'])('a key of type %s gives nothing and is asked no more', async (type) => {
  const poll = fakePoll({ settings, replies: { 'TYPE orders': type } })

  expect(await checkSingleStreams.collect(poll)).toEqual([])
})

test.each([
  ['7.0.15', true],
  ['4.0.14', false],
])(
  'a server of Redis %s without XINFO is asked, so that this is told, where it should have it: %s',
  (version, expected) => {
    const { server } = fakePoll({
      info: `# Server\nredis_version:${version}\n`,
      commands: ['type'],
    })

    expect(checkSingleStreams.appliesTo?.(server)).toBe(expected)
  },
)

test('a master is not asked when masters are skipped', async () => {
  const poll = fakePoll({
    info: '# Replication\nrole:master\n',
    settings: { ...settings, skipKeysOfMaster: true },
  })

  expect(await checkSingleStreams.collect(poll)).toEqual([])
  expect(poll.commands).toEqual([])
})
