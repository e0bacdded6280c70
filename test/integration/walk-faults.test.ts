import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { redisError } from '../../src/redis/redis-error.ts'
import { createSocketConnection } from '../../src/redis/socket-connection.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import type { WalkResult } from '../../src/walk/walk-target.ts'
import { configured } from '../support/configured.ts'
import { eventually } from '../support/eventually.ts'
import { seeingCollector } from '../support/fake-keyspace.ts'
import { grown, heldResources } from '../support/held-resources.ts'
import { runKeyWorkload } from '../support/key-workload.ts'
import {
  closesOnAccept,
  drips,
  neverReplies,
  resetsOnCommand,
  sendsGarbage,
  stopsHalfWay,
} from '../support/peer-behaviours.ts'
import { startCluster } from '../support/redis-cluster.ts'
import { startSentinel } from '../support/redis-sentinel.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { keyCollectors } from '../support/registry.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { hangsUp, type Reply, walkablePeer } from '../support/walkable-peer.ts'
import { type WalkedTarget, walkedTarget } from '../support/walked-target.ts'

const password = 'tr0ub4dor'
const everything = seeingCollector('everything', { 0: { patterns: ['*'] } })
const all = configured([
  ...['--check-keys=key:*', '--count-keys=*', '--check-streams=stream:*'],
  '--check-key-groups=^(%a+)',
]).settings

/** The families that a walk gave, of all collectors. */
function familiesOf(target: WalkedTarget): readonly string[] {
  const samples = keyCollectors.flatMap(({ name }) => target.samples(name))
  return [...new Set(samples.map(({ metric }) => metric.name))].sort()
}

async function errorsOf(server: RedisServer): Promise<number> {
  return Number((await server.info('stats')).total_error_replies)
}

describe('a command that the user may not run', () => {
  let server: RedisServer
  let complete: readonly string[]

  beforeAll(async () => {
    server = await startRedis()
    await runKeyWorkload(server)
    using target = walkedTarget(server.url, keyCollectors, { settings: all })
    await target.walk()
    complete = familiesOf(target)
    expect(complete.length).toBeGreaterThan(20)
  })
  afterAll(() => server.stop())

  it.each([
    [
      'memory|usage',
      /^key_(group_)?memory_usage_bytes$|^biggest_key_memory_bytes$|^keys_by_type_memory_bytes$/,
    ],
    ['xinfo|groups', /^stream_group_/],
    ['xinfo|consumers', /^stream_group_consumer_/],
    ['xinfo|stream', /^stream_(?!group_)/],
    ['getrange', /^key_value/],
    ['type', /^key_(size|value|value_as_string)$|^biggest_key_size$|^stream_/],
  ])('%s costs what is read by it, and nothing else', async (command, families) => {
    await server.client().acl('SETUSER', 'watcher', 'reset', 'on', `>${password}`, '~*', '+@all')
    await server.client().acl('SETUSER', 'watcher', `-${command}`)
    using target = walkedTarget(
      `redis://watcher:${password}@127.0.0.1:${server.port}`,
      keyCollectors,
      {
        settings: all,
      },
    )
    const { error, collectors } = await target.walk()

    expect(error).toBeUndefined()
    expect(collectors.flatMap((one) => one.error ?? [])).toEqual([])
    expect(familiesOf(target)).toEqual(complete.filter((name) => !families.test(name)))
  })

  it('is sent with the first batch, and no more in this walk', async () => {
    await server.client().acl('SETUSER', 'watcher', 'reset', 'on', `>${password}`, '~*', '+@all')
    await server.client().acl('SETUSER', 'watcher', '-memory|usage')
    using target = walkedTarget(
      `redis://watcher:${password}@127.0.0.1:${server.port}`,
      keyCollectors,
      {
        settings: { ...all, checkKeysBatchSize: 10 },
      },
    )
    const before = await errorsOf(server)
    await target.walk()

    // Two collectors with about ten keys each, of about a hundred.
    expect((await errorsOf(server)) - before).toBeLessThan(40)
  })
})

describe('a server that is loading its data', () => {
  const loading = () => 'loading:1\r\n'

  it('has nothing to walk through: the walk fails, and asks for no key', async () => {
    const server = walkablePeer({ info: () => `# Persistence\r\n${loading()}` })
    await using peer = await startPeer(server.behaviour)
    using target = walkedTarget(peer.url, [everything])
    const { error } = await target.walk()

    expect(error?.reason).toBe('loading')
    expect(server.commands.filter((text) => text.startsWith('SCAN'))).toEqual([])
  })

  it('in the middle of a walk, as a replica that copies its master anew, is waited for', async () => {
    let loads: number | undefined
    const server = walkablePeer({
      // For the second part of the keys, then for three looks at INFO.
      instead: (command): Reply => {
        if (command.startsWith('SCAN 4')) loads ??= 3
        return loads && /^(SCAN|TYPE)/.test(command) ? resp.error('LOADING data') : undefined
      },
      info: () => {
        if (loads) loads -= 1
        return `# Persistence\r\nloading:${loads ? 1 : 0}\r\n`
      },
    })
    await using peer = await startPeer(server.behaviour)
    using target = walkedTarget(peer.url, [everything])
    const { error } = await target.walk()

    expect(error).toBeUndefined()
    expect([target.begun(), target.resumed()]).toEqual([1, 1])
    expect(target.samples('everything').map(({ labels }) => labels.key)).toEqual(
      Array.from({ length: 10 }, (_, index) => `key:${index}`),
    )
    // It is asked by INFO whether it is there again, and not by SCAN.
    expect(server.commands.filter((text) => text.startsWith('SCAN 4'))).toHaveLength(2)
  })

  it('behind a restart is waited for, and then walked anew', async () => {
    await using directory = await temporaryDirectory()
    await using server = await startRedis({
      directory: directory.path,
      // It answers between two pieces of so many bytes, which is every ten keys here.
      args: ['--key-load-delay', '5000', '--loading-process-events-interval-bytes', '1024'],
    })
    const writes = server.client().pipeline()
    for (let number = 0; number < 1_000; number++) writes.set(`key:${number}`, 'x'.repeat(100))
    await writes.exec()
    await server.client().save()
    using target = walkedTarget(server.url, [everything], {
      settings: { checkKeysBatchSize: 10, scanMaxLoad: 0.01 },
    })
    const walking = target.walk()
    await eventually(() => expect(target.samples('everything').length).toBeGreaterThan(20))
    await server.kill()
    await server.restart()
    expect((await server.info('persistence')).loading).toBe('1')
    await delay(300)
    await server.client().config('SET', 'key-load-delay', '0')
    const { error } = await walking

    expect(error).toBeUndefined()
    expect([target.begun(), target.resumed()]).toEqual([2, 0])
    expect(new Set(target.samples('everything').map(({ labels }) => labels.key)).size).toBe(1_000)
  })
})

it('a replica in a cluster answers for the keys of its copy', async () => {
  await using cluster = await startCluster({ masters: 1, replica: true })
  const [master, replica] = cluster.nodes
  if (master === undefined || replica === undefined) throw new Error('the cluster lacks a node')
  await master.client().set('key:1', 1)
  await master.client().set('other', 2)
  await eventually(async () => expect(await replica.client().dbsize()).toBe(2))
  using target = walkedTarget(replica.url, keyCollectors, { settings: all })
  const before = await errorsOf(replica)
  const { error, role, collectors } = await target.walk()

  expect(error).toBeUndefined()
  expect(role).toBe('slave')
  expect(collectors.flatMap(({ rejected }) => rejected)).toEqual([])
  expect(target.samples('check-keys').map(({ labels }) => labels.key)).toContain('key:1')
  expect(await errorsOf(replica)).toBe(before)
})

it('a Sentinel has no keys: nothing is walked, and nothing fails', async () => {
  await using master = await startRedis()
  await using sentinel = await startSentinel({ masters: [{ name: 'mine', port: master.port }] })
  using target = walkedTarget(sentinel.url, keyCollectors, { settings: all })
  const before = await errorsOf(sentinel)
  const { error, keys, collectors } = await target.walk()

  expect(error).toBeUndefined()
  expect(keys).toBe(0)
  expect(collectors.flatMap((one) => one.error ?? [])).toEqual([])
  expect(familiesOf(target)).toEqual([])
  expect(await errorsOf(sentinel)).toBe(before)
})

describe('CLIENT NO-TOUCH', () => {
  const sent = (commands: readonly string[]) =>
    commands.filter((text) => text === 'CLIENT NO-TOUCH ON')

  it('that is refused costs nothing, and is sent once however often a walk connects', async () => {
    const server = walkablePeer({
      has: ['client|no-touch'],
      instead: (command, connection) => {
        if (command.startsWith('CLIENT NO-TOUCH')) return resp.error('NOPERM no')
        return command.startsWith('SCAN 6') && connection === 1 ? hangsUp : undefined
      },
    })
    await using peer = await startPeer(server.behaviour)
    using target = walkedTarget(peer.url, [everything])

    for (let count = 0; count < 3; count++) expect((await target.walk()).error).toBeUndefined()
    expect(target.samples('everything')).toHaveLength(10)
    expect(peer.connections()).toBe(2)
    expect(sent(server.commands)).toHaveLength(1)
  })

  it('is not sent to a server that does not know it', async () => {
    const server = walkablePeer()
    await using peer = await startPeer(server.behaviour)
    using target = walkedTarget(peer.url, [everything])

    expect((await target.walk()).error).toBeUndefined()
    expect(sent(server.commands)).toEqual([])
  })
})

describe('a server that answers for no key for now', () => {
  it.each(['MASTERDOWN', 'BUSY', 'CLUSTERDOWN'])(
    'but %s in the middle of a walk is waited for, and said once, not for every key',
    async (code) => {
      let failures = 3
      const server = walkablePeer({
        instead: (command) => {
          if (!/^TYPE key:[4-9]/.test(command) || failures === 0) return undefined
          failures -= 1
          return resp.error(`${code} not now`)
        },
      })
      await using peer = await startPeer(server.behaviour)
      using target = walkedTarget(peer.url, [everything])
      const { error } = await target.walk()

      expect(error).toBeUndefined()
      expect(target.begun()).toBe(1)
      expect(peer.connections()).toBe(1)
      expect(target.samples('everything').map(({ labels }) => labels.key)).toEqual(
        Array.from({ length: 10 }, (_, index) => `key:${index}`),
      )
      expect(target.waits.every((reason) => reason === code.toLowerCase())).toBe(true)
    },
  )

  it('at its begin says so for one key only', async () => {
    const server = walkablePeer({
      instead: (command) =>
        /^TYPE/.test(command) ? resp.error('CLUSTERDOWN The cluster is down') : undefined,
    })
    await using peer = await startPeer(server.behaviour)
    using target = walkedTarget(peer.url, [everything], { timeout: 300 })
    const { error, collectors } = await target.walk()
    const types = server.commands.filter((text) => text.startsWith('TYPE'))

    expect(error?.reason).toBe('timeout')
    expect(collectors).toHaveLength(1)
    expect(types.every((text) => text === 'TYPE key:0')).toBe(true)
    // At once, and behind each of two pauses at most.
    expect(types.length).toBeLessThanOrEqual(3)
  })
})

describe('a SCAN that leads nowhere', () => {
  const keys = resp.array([resp.bulk('a')])
  it.each([
    ['whose cursor stays', () => '7'],
    ['whose cursors come again', (step: number) => `${1 + (step % 5)}`],
    ['whose cursor is no number', () => 'seven'],
  ])(
    '%s ends the walk with the reason protocol, and the next walk looks again',
    async (_, cursorOf) => {
      let step = 0
      const server = walkablePeer({
        instead: (command) =>
          command.startsWith('SCAN') ? resp.array([resp.bulk(cursorOf(step++)), keys]) : undefined,
      })
      await using peer = await startPeer(server.behaviour)
      using target = walkedTarget(peer.url, [everything])

      expect((await target.walk()).error?.reason).toBe('protocol')
      const first = step
      expect(first).toBeLessThan(20)
      expect((await target.walk()).error?.reason).toBe('protocol')
      expect(step).toBeGreaterThan(first)
    },
  )

  it.each([
    ['a list of another form', 'db0 Strings_keys=100, expires=0\r\n'],
    ['no list', undefined],
  ])('is not left out where INFO has %s of keys', async (_, lines) => {
    const keyspace = lines === undefined ? '' : `# Keyspace\r\n${lines}`
    const server = walkablePeer({
      instead: (command) => {
        if (command.startsWith('INFO'))
          return resp.bulk(`# Server\r\nredis_version:7.0.0\r\nrun_id:a\r\n${keyspace}`)
        return command.startsWith('SCAN') ? resp.array([resp.bulk('0'), keys]) : undefined
      },
    })
    await using peer = await startPeer(server.behaviour)
    using target = walkedTarget(peer.url, [everything])

    expect(await target.walk()).toMatchObject({ error: undefined, keys: 1 })
  })
})

it('a proxy that hangs up at SCAN is tried a few times with growing patience', async () => {
  const server = walkablePeer({
    instead: (command) => (command.startsWith('SCAN') ? hangsUp : undefined),
  })
  await using peer = await startPeer(server.behaviour)
  using target = walkedTarget(peer.url, [everything], { timeout: 2_500 })

  expect((await target.walk()).error?.reason).toBe('timeout')
  // At once, and after 0.1, 0.5 and 1 s more.
  expect(peer.connections()).toBe(4)
})

describe('a walk that comes to its deadline in a pause', () => {
  it('ends there: nothing of it goes on over the connection of the next one', async () => {
    const server = walkablePeer()
    await using peer = await startPeer(server.behaviour)
    const before = await eventually(heldResources)
    using target = walkedTarget(peer.url, [everything], {
      settings: { scanMaxLoad: 0.000_1 },
      timeout: 100,
    })
    for (let count = 0; count < 5; count++) {
      expect((await target.walk()).error?.reason).toBe('timeout')
    }

    await eventually(() => expect(peer.openConnections()).toBe(0))
    await eventually(async () => expect(grown(before, await heldResources())).toEqual([]))
  })
})

it('a server that falls silent is given up long before the deadline of the walk', async () => {
  const server = walkablePeer()
  await using peer = await startPeer((socket, connection) => {
    if (connection === 1) server.behaviour(socket, connection)
  })
  const endpoint = { kind: 'tcp', host: '127.0.0.1', port: peer.port, tls: false } as const
  const connection = createSocketConnection(endpoint, fixedLogin({}), {}, 100)
  await connection.open()
  // Being idle is no silence.
  await delay(300)
  expect(await connection.exchange([['TYPE', 'key:0']])).toEqual(['string'])
  connection.drop(redisError('connection', 'the test goes on'))

  await connection.open()
  await expect(connection.exchange([['TYPE', 'key:0']])).rejects.toMatchObject({
    reason: 'connection',
    message: 'the server fell silent for 0.1 s',
  })
  await eventually(() => expect(peer.openConnections()).toBe(0))
})

it('many failing walks leave no socket, timer or listener behind', async () => {
  const behaviours = [
    ...[closesOnAccept, resetsOnCommand, neverReplies, sendsGarbage, stopsHalfWay, drips()],
    walkablePeer({ instead: (text) => (text.startsWith('SCAN 4') ? hangsUp : undefined) })
      .behaviour,
    walkablePeer({ instead: (text) => (/^SCAN/.test(text) ? resp.error('NOPERM') : undefined) })
      .behaviour,
    walkablePeer({ instead: (text) => (/^TYPE/.test(text) ? resp.error('BUSY') : undefined) })
      .behaviour,
  ]
  const refusesScan = 7
  const peers = await Promise.all(behaviours.map((behaviour) => startPeer(behaviour)))
  // What a walk past its deadline drops is not kept, so that one has time on a busy machine too.
  const targets = peers.map(({ url }, index) =>
    walkedTarget(url, keyCollectors, {
      settings: all,
      timeout: index === refusesScan ? 10_000 : 60,
    }),
  )
  const round = async () => await Promise.all(targets.map((target) => target.walk()))
  const settle = async () => {
    // The connection is kept where SCAN alone was refused.
    const kept = peers.map((_, index) => (index === refusesScan ? 1 : 0))
    await eventually(() => expect(peers.map((peer) => peer.openConnections())).toEqual(kept))
  }
  try {
    // The first round makes what is made once: listeners of the process, for instance.
    await round()
    await settle()
    const before = await eventually(heldResources)

    for (let count = 0; count < 10; count++) {
      const results = await round()
      const isSound = ({ collectors, error }: WalkResult) =>
        error === undefined && collectors.every((one) => one.error === undefined)
      expect(results.filter(isSound)).toEqual([])
    }

    await settle()
    await eventually(async () => expect(grown(before, await heldResources())).toEqual([]))
  } finally {
    for (const target of targets) target[Symbol.dispose]()
    await Promise.all(peers.map((peer) => peer[Symbol.asyncDispose]()))
  }
})
