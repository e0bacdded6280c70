import { describe, expect, test } from 'vitest'
import { keyspace } from '../../../src/collectors/keys/keyspace.ts'
import { fromErrorReply } from '../../../src/redis/redis-error.ts'
import { databases } from '../../support/config-databases.ts'
import { collected, fakePoll } from '../../support/fake-poll.ts'
import { readFixture } from '../../support/fixtures.ts'
import { unindented } from '../../support/unindented.ts'

test('keys, keys with an expiry and their average time to live in seconds', async () => {
  const info = '# Keyspace\ndb0:keys=1006,expires=1001,avg_ttl=3599541\n'

  expect(await collected(keyspace, { info, replies: databases(1) })).toBe(unindented`
    # TYPE redis_db_avg_ttl_seconds gauge
    redis_db_avg_ttl_seconds{db="db0"} 3599.541
    # TYPE redis_db_keys gauge
    redis_db_keys{db="db0"} 1006
    # TYPE redis_db_keys_expiring gauge
    redis_db_keys_expiring{db="db0"} 1001
  `)
})

test('a database that INFO does not name is empty and has no time to live', async () => {
  const info = '# Keyspace\ndb1:keys=2,expires=1,avg_ttl=500\n'

  expect(await collected(keyspace, { info, replies: databases(3) })).toBe(unindented`
    # TYPE redis_db_avg_ttl_seconds gauge
    redis_db_avg_ttl_seconds{db="db1"} 0.5
    # TYPE redis_db_keys gauge
    redis_db_keys{db="db1"} 2
    redis_db_keys{db="db0"} 0
    redis_db_keys{db="db2"} 0
    # TYPE redis_db_keys_expiring gauge
    redis_db_keys_expiring{db="db1"} 1
    redis_db_keys_expiring{db="db0"} 0
    redis_db_keys_expiring{db="db2"} 0
  `)
})

test('empty databases are left out, and not asked for, where nobody wants them', async () => {
  const poll = fakePoll({
    info: '# Keyspace\ndb1:keys=2,expires=1\n',
    settings: { includeEmptyDatabases: false },
  })
  const samples = await keyspace.collect(poll)

  expect(samples.map(({ metric, labels, value }) => [metric.name, labels.db, value])).toEqual([
    ['db_keys', 'db1', 2],
    ['db_keys_expiring', 'db1', 1],
  ])
  expect(poll.commands).toEqual([])
})

describe('the lines of databases', () => {
  test('are read by name, with any number of parts in any order', async () => {
    const info = '# Keyspace\ndb0:avg_ttl=1500,subexpiry=4,expires=2,new=x,cached_keys=1,keys=3\n'

    expect(await collected(keyspace, { info, replies: databases(1) })).toBe(unindented`
      # TYPE redis_db_avg_ttl_seconds gauge
      redis_db_avg_ttl_seconds{db="db0"} 1.5
      # TYPE redis_db_keys gauge
      redis_db_keys{db="db0"} 3
      # TYPE redis_db_keys_cached gauge
      redis_db_keys_cached{db="db0"} 1
      # TYPE redis_db_keys_expiring gauge
      redis_db_keys_expiring{db="db0"} 2
      # TYPE redis_db_keys_with_expiring_items gauge
      redis_db_keys_with_expiring_items{db="db0"} 4
    `)
  })

  test.each([
    ['Redis 7.4', 'subexpiry'],
    ['Valkey 9.0', 'keys_with_volatile_items'],
  ])('tell of hashes with fields that expire, in the words of %s', async (_server, part) => {
    const info = `# Keyspace\ndb0:keys=3,expires=2,avg_ttl=0,${part}=1\n`

    expect(await collected(keyspace, { info, replies: databases(1) })).toContain(
      '# TYPE redis_db_keys_with_expiring_items gauge\n' +
        'redis_db_keys_with_expiring_items{db="db0"} 1\n',
    )
  })

  test('have no time to live before Redis 2.8', async () => {
    const info = '# Keyspace\ndb0:keys=3,expires=2\n'

    expect(await collected(keyspace, { info, replies: databases(1) })).toBe(unindented`
      # TYPE redis_db_keys gauge
      redis_db_keys{db="db0"} 3
      # TYPE redis_db_keys_expiring gauge
      redis_db_keys_expiring{db="db0"} 2
    `)
  })

  test('with a part that is no number lose that part alone', async () => {
    const poll = fakePoll({
      info: '# Keyspace\ndb0:keys=three,expires=2\n',
      replies: databases(1),
    })
    const samples = await keyspace.collect(poll)

    expect(samples.map(({ metric, value }) => [metric.name, value])).toEqual([
      ['db_keys_expiring', 2],
    ])
    expect(poll.rejected).toEqual(['db0 keys: three'])
  })

  // Redis 8 lists the distribution of sizes in a section of its own, look-alikes beside the keys.
  test.each(['Keysizes', 'Keyspace'])('are not those of distributions in %s', async (section) => {
    const info = `# ${section}\ndb0_distrib_strings_sizes:1=2,2=5,1K=1\n`

    expect(await collected(keyspace, { info, replies: databases(0) })).toBe('')
  })
})

test.each(['db0_copy', 'my_db0', 'db', 'default'])(
  'keys of %s, which is no number of a database, are rejected',
  async (field) => {
    const info = `# Keyspace\n${field}:keys=3,expires=2\n`
    const poll = fakePoll({ info, replies: databases(2) })

    expect(await keyspace.collect(poll)).toEqual([])
    expect(poll.rejected).toEqual([`${field}: keys=3,expires=2`])
  },
)

test('comments of kvrocks stand between the header and the databases', async () => {
  const info = readFixture('cases/comments.info')

  expect(await collected(keyspace, { info, replies: databases(2) })).toBe(unindented`
    # TYPE redis_db_avg_ttl_seconds gauge
    redis_db_avg_ttl_seconds{db="db0"} 0
    # TYPE redis_db_keys gauge
    redis_db_keys{db="db0"} 5
    redis_db_keys{db="db1"} 0
    # TYPE redis_db_keys_expiring gauge
    redis_db_keys_expiring{db="db0"} 1
    redis_db_keys_expiring{db="db1"} 0
  `)
})

test.each(['# stale', '# WARN: DBSIZE SCAN never performed yet', '# Stale Data'])(
  'the comment %s hides no database',
  async (comment) => {
    const info = `# Keyspace\n${comment}\ndb0:keys=5,expires=1\n`
    const text = await collected(keyspace, { info, replies: databases(1) })

    expect(text).toContain('redis_db_keys{db="db0"} 5\n')
    expect(text).not.toContain(' 0\n')
  },
)

test('what kvrocks tells of all databases beside them is no database', async () => {
  const info = '# Keyspace\ndb0:keys=5,expires=1\nsequence:7\nused_percent: 12%\n'
  const poll = fakePoll({ info, replies: databases(2) })

  expect(await keyspace.collect(poll)).toHaveLength(4)
  expect(poll.rejected).toEqual([])
})

describe('a list of databases that is not understood gives no 0', () => {
  test('as that of Pika, which has a line for each type', async () => {
    const poll = fakePoll({
      info: readFixture('cases/other-keyspace.info'),
      replies: databases(16),
    })

    expect(await keyspace.collect(poll)).toEqual([])
    expect(poll.rejected).toEqual([
      'db0:  Strings_keys=100, expires=0, invalid_keys=0',
      'db0:  Hashes_keys=3, expires=0, invalid_keys=0',
    ])
  })

  test.each([
    ['with other names', 'db0:Strings_keys=100, expires=3, invalid_keys=0'],
    ['without names', 'db0:100,3'],
    ['without anything', 'db0:'],
    ['with the name alone', 'db0'],
  ])('a line %s, and the databases that are understood are told', async (_case, line) => {
    const poll = fakePoll({
      info: `# Keyspace\n${line}\ndb2:keys=1\n`,
      replies: databases(4),
    })
    const samples = await keyspace.collect(poll)

    expect(samples.map(({ metric, labels, value }) => [metric.name, labels.db, value])).toEqual([
      ['db_keys', 'db2', 1],
    ])
    expect(poll.rejected).toHaveLength(1)
  })

  test('nor does that of a server that loads its data', async () => {
    const poll = fakePoll({
      info: '# Persistence\nloading:1\n# Keyspace\ndb1:keys=3\n',
      replies: { 'CONFIG GET databases': fromErrorReply('LOADING Redis is loading') },
    })
    const samples = await keyspace.collect(poll)

    expect(samples.map(({ metric, labels }) => [metric.name, labels.db])).toEqual([
      ['db_keys', 'db1'],
    ])
  })

  test('nor does a server that has no list', async () => {
    const poll = fakePoll({ info: '# Server\nredis_version:7.0.0\n', replies: databases(2) })

    expect(await keyspace.collect(poll)).toEqual([])
    expect(poll.rejected).toEqual([])
  })
})

test('databases are found where a server has no sections, as Redis 2.4', async () => {
  const info = 'redis_version:2.4.18\ndb0:keys=3,expires=2\n'

  expect(await collected(keyspace, { info, replies: databases(2) })).toBe(unindented`
    # TYPE redis_db_keys gauge
    redis_db_keys{db="db0"} 3
    redis_db_keys{db="db1"} 0
    # TYPE redis_db_keys_expiring gauge
    redis_db_keys_expiring{db="db0"} 2
    redis_db_keys_expiring{db="db1"} 0
  `)
})

test('a time to live that Dragonfly does not know is not told', async () => {
  const info = '# Keyspace\ndb0:keys=3,expires=2,avg_ttl=-1\n'

  expect(await collected(keyspace, { info, replies: databases(1) })).toBe(unindented`
    # TYPE redis_db_keys gauge
    redis_db_keys{db="db0"} 3
    # TYPE redis_db_keys_expiring gauge
    redis_db_keys_expiring{db="db0"} 2
  `)
})
