import { describe, expect, it } from 'vitest'
import { errorFields } from '../support/error-replies.ts'
import type { PolledTarget } from '../support/polled-target.ts'
import { polledTarget, pollValues } from '../support/polled-target.ts'
import { startCluster } from '../support/redis-cluster.ts'
import { startSentinel } from '../support/redis-sentinel.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

const password = 'tr0ub4dor'

/** Users by what they may run; the last line of each is all that the exporter ever sends. */
const users: Readonly<Record<string, readonly string[]>> = {
  'who may run INFO and nothing else': ['+info'],
  'who may run INFO and read the configuration': ['+info', '+config|get'],
  'who may run all that we send': [
    ...['+info', '+command|info', '+config|get', '+cluster|info'],
    ...['+slowlog|len', '+slowlog|get', '+latency|latest', '+latency|histogram'],
    '+client|setname',
  ],
}

describe('a server that was polled once answers no poll with an error', () => {
  it('of the default user', async () => {
    await using redis = await startRedis()
    using target = polledTarget(redis.url)
    await target.poll()

    await expectNoErrors(redis, target)

    // Not one at the first poll either: COMMAND INFO tells what there is.
    expect(await errorFields(redis)).toEqual({ total_error_replies: '0' })
  })

  for (const [who, rights] of Object.entries(users)) {
    it(`of a user ${who}`, async () => {
      await using redis = await startRedis({
        args: ['--user', 'watcher', 'on', `>${password}`, ...rights],
      })
      using target = polledTarget(`redis://watcher:${password}@127.0.0.1:${redis.port}`)
      await target.poll()

      await expectNoErrors(redis, target)
    })
  }

  it('of a user who may not even PING', async () => {
    await using redis = await startRedis({
      args: ['--user', 'watcher', 'on', `>${password}`, '+info'],
    })
    const url = `redis://watcher:${password}@127.0.0.1:${redis.port}`
    using target = polledTarget(url, { pingOnConnect: true })
    await target.poll()

    await expectNoErrors(redis, target)
  })

  it('of a user who gave a password that nobody asked for', async () => {
    await using redis = await startRedis()
    using target = polledTarget(`redis://:${password}@127.0.0.1:${redis.port}`)
    await target.poll()

    await expectNoErrors(redis, target)
  })

  it('on a new connection, while its run_id is the same', async () => {
    await using redis = await startRedis({
      args: ['--user', 'watcher', 'on', `>${password}`, '+info'],
    })
    using target = polledTarget(`redis://watcher:${password}@127.0.0.1:${redis.port}`)
    await target.poll()
    const admin = redis.client()
    const before = await errorFields(redis)

    for (let count = 0; count < 3; count++) {
      await admin.client('KILL', 'USER', 'watcher')
      await pollUntilUp(target)
    }

    expect(await errorFields(redis)).toEqual(before)
  })

  it('when it is a node of a cluster', async () => {
    await using cluster = await startCluster({ masters: 1 })
    const [node] = cluster.nodes
    if (node === undefined) {
      throw new Error('the cluster has no node')
    }
    using target = polledTarget(node.url, { collect: ['cluster-links', 'cluster-slot-stats'] })
    await target.poll()

    await expectNoErrors(node, target)
  })

  it('when it is a Sentinel', async () => {
    await using master = await startRedis()
    await using sentinel = await startSentinel({ masters: [{ name: 'mine', port: master.port }] })
    using target = polledTarget(sentinel.url)
    await target.poll()

    await expectNoErrors(sentinel, target)
  })
})

it('a server that was restarted is learnt anew, and what it refused before is asked for again', async () => {
  await using redis = await startRedis()
  const allow = async (...rights: readonly string[]) =>
    await redis.client().acl('SETUSER', 'watcher', 'on', `>${password}`, ...rights)
  await allow('+info')
  using target = polledTarget(`redis://watcher:${password}@127.0.0.1:${redis.port}`)
  await target.poll()
  await allow('+@all')
  const before = await pollValues(target)
  expect(before('redis_slowlog_length')).toBeUndefined()

  await redis.kill()
  await redis.restart()
  await allow('+@all')
  await pollUntilUp(target)

  const after = await pollValues(target)
  expect(after('redis_slowlog_length')).toBeGreaterThanOrEqual(0)
  await expectNoErrors(redis, target)
})

async function expectNoErrors(redis: RedisServer, target: PolledTarget): Promise<void> {
  const before = await errorFields(redis)
  for (let count = 0; count < 10; count++) {
    expect((await target.poll()).error).toBeUndefined()
  }
  expect(await errorFields(redis)).toEqual(before)
}

/** The poll that finds its connection closed is down; the next one opens another. */
async function pollUntilUp(target: PolledTarget): Promise<void> {
  const first = await target.poll()
  const last = first.error === undefined ? first : await target.poll()
  expect(last.error).toBeUndefined()
  expect(last.connectSeconds).toBeGreaterThan(0)
}
