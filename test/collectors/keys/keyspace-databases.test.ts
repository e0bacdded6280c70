import { describe, expect, test } from 'vitest'
import { keyspace } from '../../../src/collectors/keys/keyspace.ts'
import { fromErrorReply, redisError } from '../../../src/redis/redis-error.ts'
import { databases } from '../../support/config-databases.ts'
import { collected, type FakeServer, fakePoll } from '../../support/fake-poll.ts'

describe('the number of databases is', () => {
  const info = '# Keyspace\n'

  async function counted(server: FakeServer): Promise<number> {
    const text = await collected(keyspace, { info, ...server })
    return text.match(/^redis_db_keys\{/gm)?.length ?? 0
  }

  test('what CONFIG says', async () => {
    expect(await counted({ replies: databases(20) })).toBe(20)
  })

  const named = '# Keyspace\ndb0:keys=3,expires=0\ndb5:keys=1,expires=0\n'

  test('what INFO names at most when CONFIG is refused', async () => {
    const replies = { 'CONFIG GET databases': fromErrorReply('NOPERM this user may not') }

    expect(await counted({ replies })).toBe(1)
    expect(await counted({ replies, info: named })).toBe(6)
  })

  test('the same when the server lacks the command, which is then not sent', async () => {
    const poll = fakePoll({ commands: ['info'], info: named })
    const samples = await keyspace.collect(poll)

    expect(samples.filter(({ metric }) => metric.name === 'db_keys')).toHaveLength(6)
    expect(poll.commands).toEqual([])
  })

  test('the same when CONFIG does not name the parameter', async () => {
    expect(await counted({ replies: { 'CONFIG GET databases': [] }, info: named })).toBe(6)
  })

  test('1 in cluster mode, where nothing is asked for it', async () => {
    const poll = fakePoll({ info: `# Cluster\ncluster_enabled:1\n${info}` })
    const samples = await keyspace.collect(poll)

    expect(samples.filter(({ metric }) => metric.name === 'db_keys')).toHaveLength(1)
    expect(poll.commands).toEqual([])
  })

  test.each(['redis_mode', 'server_mode'])('0 on a Sentinel, told by %s', async (field) => {
    const poll = fakePoll({ info: `# Server\n${field}:sentinel\n${info}` })

    expect(await keyspace.collect(poll)).toEqual([])
    expect(poll.commands).toEqual([])
  })

  test.each(['2147483647', '1e300', 'inf'])('bounded when CONFIG says %s', async (count) => {
    expect(await counted({ replies: databases(count) })).toBe(10_000)
  })
})

test('a mistake of ours while the number is asked for is not hidden', async () => {
  await expect(keyspace.collect(fakePoll({}))).rejects.toThrow('the test has no reply')
})

test('a connection that is lost while the number is asked for costs nothing that INFO told', async () => {
  const info = '# Keyspace\ndb0:keys=3,expires=2\n'
  const replies = { 'CONFIG GET databases': redisError('timeout', 'no answer within 1 s') }

  expect(await collected(keyspace, { info, replies })).toContain('redis_db_keys{db="db0"} 3\n')
})
