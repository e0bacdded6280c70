import { describe, expect, it } from 'vitest'
import type { PollResult } from '../../src/poller/poll-target.ts'
import { loggedTarget } from '../support/logged-target.ts'
import { polledTarget } from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { hangsUp, walkablePeer } from '../support/walkable-peer.ts'

/*
 * A server ends the connection of a client that it would owe more than client-output-buffer-limit, and
 * sends nothing of what it had answered in the same round trip: that costs what asked for too much alone.
 */

const limit = 'normal 65536 0 0'
const limited = ['--client-output-buffer-limit', limit]
const flags = ['--export-client-list', '--include-config-metrics', '--redact-config-metrics=false']

const endedAt = (command: string) => ({
  reason: 'too_large',
  message: `the server ended the connection at ${command}; its client-output-buffer-limit may be too low`,
})

/** So many clients that CLIENT LIST takes more than the limit. */
async function crowd(redis: RedisServer): Promise<void> {
  const connectionName = 'a'.repeat(2_000)
  await Promise.all(Array.from({ length: 50 }, () => redis.client({ connectionName }).ping()))
}

/** A parameter so long that CONFIG GET * takes more than the limit. */
async function lengthen(redis: RedisServer, characters = 100_000): Promise<void> {
  await redis.client().config('SET', 'masterauth', 'a'.repeat(characters))
}

async function setLimit(redis: RedisServer, to: string): Promise<void> {
  await redis.client().config('SET', 'client-output-buffer-limit', to)
}

/** How many connections the server took while something was done. */
async function connectionsOf(redis: RedisServer, work: () => Promise<unknown>): Promise<number> {
  const count = async () => Number((await redis.info('stats')).total_connections_received)
  const before = await count()
  await work()
  return (await count()) - before
}

/** The collectors that failed, as a whole or in part, and with what. */
function failed({ error, collectors }: PollResult) {
  expect(error).toBeUndefined()
  const failures = collectors.flatMap(({ name, error, failedParts = new Map() }) =>
    [error, ...failedParts.values()].flatMap((one) => (one ? [[name, one] as const] : [])),
  )
  return Object.fromEntries(
    failures.map(([name, { reason, message }]) => [name, { reason, message }]),
  )
}

describe('a command that the server answers with the end of the connection', () => {
  it('costs itself from the first poll on, and three connections once', async () => {
    await using redis = await startRedis({ args: limited })
    await crowd(redis)
    using target = polledTarget(redis.url, { flags })

    for (const connections of [3, 0, 0])
      expect(
        await connectionsOf(redis, async () => {
          const result = await target.poll()
          expect(failed(result)).toEqual({ 'client-list': endedAt('CLIENT LIST') })
          expect(result.collectors.find(({ name }) => name === 'config')?.samples).not.toEqual([])
        }),
      ).toBe(connections)
  })

  it('costs the same of a server whose limit is lowered, until it is raised again', async () => {
    await using redis = await startRedis()
    await crowd(redis)
    using target = polledTarget(redis.url, { flags, retry: 0 })
    expect(failed(await target.poll())).toEqual({})
    await setLimit(redis, limit)

    for (let polls = 0; polls < 3; polls++)
      expect(failed(await target.poll())).toEqual({ 'client-list': endedAt('CLIENT LIST') })
    await setLimit(redis, 'normal 0 0 0')

    expect(failed(await target.poll())).toEqual({})
    expect(await connectionsOf(redis, target.poll)).toBe(0)
  })

  it('costs one connection in an interval in which it is tried again', async () => {
    await using redis = await startRedis({ args: limited })
    await crowd(redis)
    using target = polledTarget(redis.url, { flags, retry: 0 })
    await target.poll()

    for (let polls = 0; polls < 3; polls++) expect(await connectionsOf(redis, target.poll)).toBe(1)
  })

  it('may be any, and one of several', async () => {
    await using redis = await startRedis({ args: limited })
    await crowd(redis)
    await lengthen(redis)
    using target = polledTarget(redis.url, { flags })

    for (let polls = 0; polls < 3; polls++)
      expect(failed(await target.poll())).toEqual({
        'client-list': endedAt('CLIENT LIST'),
        'config-metrics': endedAt('CONFIG GET'),
      })
  })

  it('costs what is read of that key, in whichever database it is', async () => {
    await using redis = await startRedis({ args: limited })
    const client = redis.client()
    for (const [database, consumers] of [
      [3, 2_000],
      [0, 1],
    ] as const) {
      await client.select(database)
      await client.xgroup('CREATE', 'stream', 'g', '$', 'MKSTREAM')
      await client.eval(
        "for i=1,ARGV[1] do redis.call('XGROUP', 'CREATECONSUMER', KEYS[1], 'g', i) end",
        ...[1, 'stream', consumers],
      )
    }
    using target = polledTarget(redis.url, {
      flags: ['--check-single-streams=db0=stream,db3=stream'],
    })

    for (let polls = 0; polls < 3; polls++) {
      const result = await target.poll()
      expect(failed(result)).toEqual({ 'check-single-streams': endedAt('XINFO CONSUMERS') })
      const databasesOf = (name: string) =>
        result.collectors
          .flatMap(({ samples }) => samples)
          .filter(({ metric }) => metric.name === name)
          .map(({ labels }) => labels.db)
      expect(databasesOf('stream_length')).toEqual(['db0', 'db3'])
      expect(databasesOf('stream_group_consumer_idle_seconds')).toEqual(['db0'])
    }
  })

  it('is told of in one line, and counted once', async () => {
    await using redis = await startRedis({ args: limited })
    await crowd(redis)
    using target = loggedTarget(redis.url, { flags })
    await target.poll(3)

    expect(target.lines()).toMatchObject([
      {
        level: 'warn',
        collector: 'client-list',
        reason: 'too_large',
        msg: `collector failed: ${endedAt('CLIENT LIST').message}`,
      },
      { level: 'info', msg: 'up' },
    ])
    const counted = (await target.ownMetrics())
      .split('\n')
      .filter((line) => /^redis_exporter_collector_errors_total.* [1-9]/.test(line))
    expect(counted).toEqual([
      expect.stringMatching(/collector="client-list",reason="too_large"\} 1$/),
    ])
  })
})

it('replies that are too much for the limit only together are asked for one by one for an interval', async () => {
  await using redis = await startRedis({ args: limited })
  // Half of the limit for each of two parameters, and for each of two replies.
  await lengthen(redis, 50_000)
  await redis.client({ connectionName: 'a'.repeat(30_000) }).ping()
  using target = polledTarget(redis.url, { flags, retry: 600_000 })

  for (const connections of [2, 0, 0])
    expect(
      await connectionsOf(redis, async () => expect(failed(await target.poll())).toEqual({})),
    ).toBe(connections)
})

describe('what ends connections without regard to a command', () => {
  const messages = (result: PollResult) =>
    new Set(Object.values(failed(result)).map(({ message }) => message))

  it.each<[string, (words: string, ofConnection: number) => boolean]>([
    ['answers INFO and nothing else', (words) => !words.startsWith('INFO')],
    ['answers so many commands', (_, ofConnection) => ofConnection > 3],
  ])('and %s is connected to up to ten times in a poll, once', async (_, isOver) => {
    let asked = 0
    let last = 0
    const server = walkablePeer({
      instead(words, connection) {
        asked = connection === last ? asked + 1 : 1
        last = connection
        return isOver(words, asked) ? hangsUp : undefined
      },
    })
    await using peer = await startPeer(server.behaviour)
    using target = polledTarget(peer.url, { flags })

    for (const most of [10, 2, 2, 2]) {
      const before = peer.connections()
      expect([...messages(await target.poll())]).toEqual(['the connection was closed'])
      expect(peer.connections() - before).toBeLessThanOrEqual(most)
    }
  })

  it('and is gone behind a command takes the target down with the next poll', async () => {
    await using redis = await startRedis()
    using target = polledTarget(redis.url, { flags })
    await target.poll()
    await redis.kill()

    expect((await target.poll()).error?.message).toBe('no connection (ECONNREFUSED)')
    await redis.restart()
    expect(failed(await target.poll())).toEqual({})
  })
})
