import { describe, expect, it } from 'vitest'
import type { PollResult } from '../../src/poller/poll-target.ts'
import { createConnect } from '../../src/redis/ioredis-connection.ts'
import { configured } from '../support/configured.ts'
import { type PolledTargetOptions, polledTarget } from '../support/polled-target.ts'
import { startRedis } from '../support/redis-server.ts'
import { keyCollectors } from '../support/registry.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { walkablePeer } from '../support/walkable-peer.ts'
import { walkedTarget } from '../support/walked-target.ts'

/* A reply that is too large ends the connection; of the poll it costs what asked for it alone. */

const most = 65_536
const elements = most / 64

function bounded(url: string, options: PolledTargetOptions = {}, maxReplyBytes = most) {
  return polledTarget(url, {
    flags: ['--export-client-list', '--include-config-metrics'],
    connect: (endpoint, login, how) => createConnect(endpoint, login, { ...how, maxReplyBytes })(),
    ...options,
  })
}

/** The collectors that failed, and with what; that the peer knows few replies is no matter. */
function failed({ error, collectors }: PollResult) {
  expect(error).toBeUndefined()
  const failures = collectors.flatMap(({ name, error }) =>
    error && error.reason !== 'parse' ? [[name, error] as const] : [],
  )
  return Object.fromEntries(
    failures.map(([name, { reason, message }]) => [name, { reason, message }]),
  )
}

it('a server with more clients than a reply may list is up, without them', async () => {
  const bytes = 8 * most
  await using redis = await startRedis()
  const connectionName = 'a'.repeat(2_000)
  await Promise.all(Array.from({ length: 300 }, () => redis.client({ connectionName }).ping()))
  const { total_connections_received: before } = await redis.info('stats')
  using target = bounded(redis.url, {}, bytes)

  // Who is interrupted while he reads the long replies of the first poll asks in one round trip more.
  for (const roundTrips of [[4, 5], [1], [1]]) {
    const result = await target.poll()
    expect(failed(result)).toEqual({
      'client-list': {
        reason: 'too_large',
        message: `the reply to CLIENT LIST is larger than ${bytes} bytes; --redis.max-reply-bytes allows for more`,
      },
    })
    expect(roundTrips).toContain(result.roundTrips)
    expect(result.collectors.find(({ name }) => name === 'config')?.samples).not.toEqual([])
  }
  const { total_connections_received: after } = await redis.info('stats')
  expect(Number(after) - Number(before)).toBe(2)
})

describe('a reply that is too large', () => {
  const text = resp.bulk('a'.repeat(2 * most))
  const list = resp.array(Array.from({ length: elements + 1 }, () => ':1\r\n'))

  it.each([
    ['before anything else of the poll', /^COMMAND/, []],
    ['that a collector asks for', /^SLOWLOG GET/, ['slowlog']],
  ])('%s costs one more connection, once', async (_, command, collectors) => {
    for (const reply of [text, list]) {
      const server = walkablePeer({
        instead: (words) => (command.test(words) ? reply : undefined),
      })
      await using peer = await startPeer(server.behaviour)
      using target = bounded(peer.url)

      for (let polls = 0; polls < 4; polls++) {
        expect(Object.keys(failed(await target.poll()))).toEqual(collectors)
        expect(peer.connections()).toBe(2)
      }
      expect(server.commands.filter((words) => command.test(words))).toHaveLength(1)
    }
  })

  it('over a connection that served polls before costs the same', async () => {
    let isLarge = false
    const server = walkablePeer({
      instead: (words) => (isLarge && words.startsWith('SLOWLOG GET') ? text : undefined),
    })
    await using peer = await startPeer(server.behaviour)
    using target = bounded(peer.url)
    expect(failed(await target.poll())).toEqual({})
    isLarge = true

    for (let polls = 0; polls < 3; polls++) {
      expect(Object.keys(failed(await target.poll()))).toEqual(['slowlog'])
      expect(peer.connections()).toBe(2)
    }
  })

  it('of INFO takes the target down', async () => {
    const server = walkablePeer({
      instead: (words) => (words.startsWith('INFO') ? text : undefined),
    })
    await using peer = await startPeer(server.behaviour)
    using target = bounded(peer.url)

    expect((await target.poll()).error).toMatchObject({
      reason: 'too_large',
      message: `the reply to INFO is larger than ${most} bytes; --redis.max-reply-bytes allows for more`,
    })
    expect(peer.connections()).toBe(1)
  })

  it('of everything but INFO leaves what INFO tells, and two connections with each poll', async () => {
    const server = walkablePeer({
      instead: (words) => (words.startsWith('INFO') ? undefined : text),
    })
    await using peer = await startPeer(server.behaviour)
    using target = bounded(peer.url)
    let connections = 0
    let last: PollResult | undefined
    for (let polls = 0; polls < 20; polls++) {
      last = await target.poll()
      expect(last.error).toBeUndefined()
      expect(peer.connections() - connections).toBeLessThanOrEqual(2)
      connections = peer.connections()
    }
    expect(last?.collectors.find(({ name }) => name === 'server')?.error).toBeUndefined()
    expect(last?.collectors.find(({ name }) => name === 'slowlog')?.error?.reason).toBe('too_large')
  })

  it('is asked for again after the interval, and told when it fits', async () => {
    let isLarge = true
    const server = walkablePeer({
      instead: (words) => (isLarge && words.startsWith('SLOWLOG GET') ? text : undefined),
    })
    await using peer = await startPeer(server.behaviour)
    using target = bounded(peer.url, { retry: 0 })
    expect(Object.keys(failed(await target.poll()))).toEqual(['slowlog'])
    expect(Object.keys(failed(await target.poll()))).toEqual(['slowlog'])
    isLarge = false

    expect(failed(await target.poll())).toEqual({})
    expect(failed(await target.poll())).toEqual({})
  })

  it('costs nothing of what else goes by the same name', async () => {
    const server = walkablePeer({
      instead: (words) => (words === 'CONFIG GET *' ? text : undefined),
    })
    await using peer = await startPeer(server.behaviour)
    using target = bounded(peer.url, {
      flags: ['--include-config-metrics', '--redact-config-metrics=false'],
    })

    expect(Object.keys(failed(await target.poll()))).toEqual(['config-metrics'])
    expect(server.commands.filter((words) => /^CONFIG GET databases/.test(words))).toHaveLength(2)
  })
})

describe('replies that are too large together', () => {
  it('cost the largest of them, INFO aside, wherever the bound was reached', async () => {
    const server = walkablePeer({
      info: () => `# Other\r\n${'a:1\r\n'.repeat(7_000)}`,
      instead: (words) =>
        words.startsWith('CLIENT LIST') ? resp.bulk('a'.repeat(30_500)) : undefined,
    })
    await using peer = await startPeer(server.behaviour)
    using target = bounded(peer.url)

    // INFO came in a round trip of its own.
    expect(failed(await target.poll())).toEqual({})
    for (let polls = 0; polls < 3; polls++) {
      expect(Object.keys(failed(await target.poll()))).toEqual(['client-list'])
      expect(peer.connections()).toBe(2)
    }
  })
})

describe('a reply that is too large, in a walk', () => {
  const streams = keyCollectors.filter(({ name }) => name === 'check-streams')

  it('costs what is read of that key, and the walk goes on', async () => {
    await using redis = await startRedis()
    const client = redis.client()
    for (const stream of ['few', 'many'])
      await client.xgroup('CREATE', stream, 'g', '$', 'MKSTREAM')
    await client.xgroup('CREATECONSUMER', 'few', 'g', 'c')
    // Seven elements for each, of which a reply may have 131,072.
    await client.eval(
      "for i=1,20000 do redis.call('XGROUP', 'CREATECONSUMER', KEYS[1], 'g', i) end",
      1,
      'many',
    )
    using target = walkedTarget(redis.url, streams, {
      settings: configured(['--check-streams=*']).settings,
    })

    for (let walks = 0; walks < 2; walks++) {
      const { error, keys, collectors } = await target.walk()
      expect([error, keys, target.resumed()]).toEqual([undefined, 2, 0])
      const [{ failedParts = new Map() } = {}] = collectors
      expect(
        [...failedParts].map(([part, { reason, message }]) => [part, reason, message]),
      ).toEqual([
        [
          'xinfo|consumers',
          'too_large',
          'the reply to XINFO CONSUMERS has more than 131072 elements; --redis.max-reply-bytes allows for more',
        ],
      ])
      const texts = target
        .samples('check-streams')
        .filter(({ metric }) => metric.name === 'stream_length')
      expect(texts.map(({ labels }) => labels.stream).toSorted()).toEqual(['few', 'many'])
      expect(
        target.samples('check-streams').filter(({ labels }) => labels.consumer !== undefined),
      ).not.toEqual([])
    }
  })

  it('of several keys of one batch costs each of them, and no waiting for the server', async () => {
    const keys = Array.from({ length: 6 }, (_, key) => resp.bulk(`key:${key}`))
    const server = walkablePeer({
      instead(words) {
        if (words.startsWith('SCAN')) return resp.array([resp.bulk('0'), resp.array(keys)])
        return words.startsWith('GETRANGE') ? resp.bulk('a'.repeat(3e6)) : undefined
      },
    })
    await using peer = await startPeer(server.behaviour)
    using target = walkedTarget(
      peer.url,
      keyCollectors.filter(({ name }) => name === 'check-keys'),
      { settings: configured(['--check-keys=*']).settings },
    )

    const { error, keys: seen } = await target.walk()
    expect([error, seen]).toEqual([undefined, keys.length])
    expect(peer.connections()).toBe(1 + keys.length)
    expect([target.waits, target.resumed()]).toEqual([[], 0])
  })

  it('of SCAN ends the walk', async () => {
    await using peer = await startPeer(
      walkablePeer({
        instead: (words) => (words.startsWith('SCAN') ? resp.bulk('a'.repeat(3e6)) : undefined),
      }).behaviour,
    )
    using target = walkedTarget(peer.url, streams, {
      settings: configured(['--check-streams=*']).settings,
    })

    expect((await target.walk()).error).toMatchObject({
      reason: 'too_large',
      message:
        'the reply to SCAN is larger than 2097152 bytes; --redis.max-reply-bytes allows for more',
    })
    expect(target.resumed()).toBe(0)
  })

  it('of each key costs that', async () => {
    let texts = 0
    const server = walkablePeer({
      instead(words) {
        if (!words.startsWith('GETRANGE')) return undefined
        texts += 1
        return resp.bulk('a'.repeat(3e6))
      },
    })
    await using peer = await startPeer(server.behaviour)
    using target = walkedTarget(
      peer.url,
      keyCollectors.filter(({ name }) => name === 'check-keys'),
      { settings: configured(['--check-keys=*']).settings },
    )

    const { error, collectors } = await target.walk()
    expect(error).toBeUndefined()
    expect([...(collectors[0]?.failedParts?.keys() ?? [])]).toEqual(['getrange'])
    expect(texts).toBeGreaterThanOrEqual(10)
  })
})
