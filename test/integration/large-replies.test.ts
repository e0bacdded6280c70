import { describe, expect, it } from 'vitest'
import type { PollResult } from '../../src/poller/poll-target.ts'
import { createConnect } from '../../src/redis/ioredis-connection.ts'
import { type PolledTargetOptions, polledTarget } from '../support/polled-target.ts'
import { startRedis } from '../support/redis-server.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { walkablePeer } from '../support/walkable-peer.ts'

/* A reply that is too large ends the connection; of the poll it costs what asked for it alone. */

const most = 65_536
const elements = most / 64

function bounded(url: string, options: PolledTargetOptions = {}, maxReplyBytes = most) {
  return polledTarget(url, {
    flags: ['--export-client-list', '--include-config-metrics'],
    connect: (endpoint, credentials, how) =>
      createConnect(endpoint, credentials, { ...how, maxReplyBytes })(),
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

  for (const roundTrips of [4, 1, 1]) {
    const result = await target.poll()
    expect(failed(result)).toEqual({
      'client-list': {
        reason: 'too_large',
        message: `the reply to CLIENT LIST is larger than ${bytes} bytes; --redis.max-reply-bytes allows for more`,
      },
    })
    expect(result.roundTrips).toBe(roundTrips)
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
