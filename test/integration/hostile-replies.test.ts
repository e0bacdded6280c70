import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Connection } from '../../src/redis/connection.ts'
import { createConnect } from '../../src/redis/ioredis-connection.ts'
import { type RedisError, redisError } from '../../src/redis/redis-error.ts'
import { createSocketConnection } from '../../src/redis/socket-connection.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import { secret } from '../../src/targets/secret.ts'
import { configured } from '../support/configured.ts'
import { eventually } from '../support/eventually.ts'
import { seeingCollector } from '../support/fake-keyspace.ts'
import {
  answersFirst,
  byteByByte,
  cutAt,
  deliver,
  inOnePiece,
  malformedReplies,
  unaskedReplies,
} from '../support/hostile-replies.ts'
import { answers } from '../support/peer-behaviours.ts'
import { polledTarget } from '../support/polled-target.ts'
import { keyCollectors, collectors as ofPolls } from '../support/registry.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'
import { walkablePeer } from '../support/walkable-peer.ts'
import { walkedTarget } from '../support/walked-target.ts'

/*
 * Whatever a server sends costs its connection and never the process: a failure that nobody catches
 * fails the run of these tests.
 */

interface Asked extends Disposable {
  /** Asks for all that there is; what went wrong with the server as a whole. */
  ask(): Promise<RedisError | undefined>
}

const everyKey = seeingCollector('everything', { 0: { patterns: ['*'] } })

const notRedis = /not the Redis protocol/
const tooMany =
  /^the reply (to [A-Z ]+ )?has more than \d+ elements; --redis\.max-reply-bytes allows for more$/
const tooLarge =
  /^the reply (to [A-Z ]+ )?is larger than \d+ bytes; --redis\.max-reply-bytes allows for more$/

/** All that connects to a server, as it does so. */
const askers: readonly { readonly what: string; readonly to: (url: string) => Asked }[] = [
  { what: 'a poll', to: (url) => polling(polledTarget(url)) },
  {
    what: 'a slow poll',
    to: (url) =>
      polling(
        polledTarget(url, {
          collectors: ofPolls.filter(({ schedule }) => schedule === 'slow'),
          flags: ['--include-search-indexes-metrics'],
        }),
      ),
  },
  {
    what: 'a walk',
    to: (url) => {
      const target = walkedTarget(url, [everyKey])
      return {
        ask: async () => (await target.walk()).error,
        [Symbol.dispose]: () => target[Symbol.dispose](),
      }
    },
  },
]

function polling(target: ReturnType<typeof polledTarget>): Asked {
  return {
    ask: async () => (await target.poll()).error,
    [Symbol.dispose]: () => target[Symbol.dispose](),
  }
}

const ways = [
  { how: 'in one piece', pieces: inOnePiece },
  { how: 'byte by byte', pieces: byteByByte },
]

describe.each(askers)('$what of a server', ({ to }) => {
  describe.each(ways)('that sends $how', ({ pieces }) => {
    it.each(malformedReplies)(
      '$what in the place of a reply is down, and up again',
      async ({ bytes }) => {
        await using peer = await startPeer(answersFirst(bytes, pieces))
        using target = to(peer.url)

        expect(await target.ask()).toMatchObject({
          reason: 'protocol',
          message: 'the answer is not the Redis protocol',
        })
        await eventually(() => expect(peer.openConnections()).toBe(0))
        peer.behave(walkablePeer().behaviour)
        expect(await target.ask()).toBeUndefined()
      },
    )

    it.each([...malformedReplies, ...unaskedReplies])(
      '$what while nothing is owed is down once',
      async ({ bytes }) => {
        const sockets: Socket[] = []
        const server = walkablePeer()
        await using peer = await startPeer((socket, connection) => {
          sockets.push(socket)
          server.behaviour(socket, connection)
        })
        using target = to(peer.url)
        expect(await target.ask()).toBeUndefined()

        for (const socket of sockets) await deliver(socket, pieces(bytes))
        await eventually(() => expect(peer.openConnections()).toBe(0))

        expect(await target.ask()).toMatchObject({
          reason: 'protocol',
          message: 'the server sent a reply that nobody asked for',
        })
        expect(await target.ask()).toBeUndefined()
      },
    )
  })

  it.each([...malformedReplies, ...unaskedReplies])(
    'that sends $what behind the last reply is down',
    async ({ bytes }) => {
      const reply = resp.bulk('# Server\r\nredis_version:7.2.0\r\n')
      await using peer = await startPeer((socket) => {
        // More replies than anybody asks for at once, in one piece.
        socket.once('data', () => void socket.write(reply.repeat(200) + bytes, 'latin1'))
      })
      using target = to(peer.url)

      expect(await target.ask()).toMatchObject({ reason: 'protocol' })
      await eventually(() => expect(peer.openConnections()).toBe(0))
      peer.behave(walkablePeer().behaviour)
      expect(await target.ask()).toBeUndefined()
    },
  )

  describe('that sends without an end', () => {
    const endless = [
      { what: 'a line', head: '+', piece: 'a'.repeat(16_384), message: notRedis },
      { what: 'an error', head: '-', piece: 'a'.repeat(16_384), message: notRedis },
      { what: 'a number', head: ':', piece: '1'.repeat(16_384), message: notRedis },
      { what: 'lists in lists', head: '', piece: '*1\r\n', message: notRedis },
      { what: 'a list of numbers', head: '*2000000000\r\n', piece: ':1\r\n', message: tooMany },
      { what: 'a million keys', head: '*1000000\r\n', piece: '$5\r\nkey:1\r\n', message: tooMany },
      { what: 'lists in a list', head: '', piece: '*60000\r\n', message: tooMany },
      { what: 'a text', head: '$500000000000\r\n', piece: 'a', message: tooLarge },
    ]

    it.each(endless)('$what is down at once', async ({ head, piece, message }) => {
      await using peer = await startPeer((socket) => {
        const pieces = piece.repeat(Math.ceil(65_536 / piece.length))
        const send = () => {
          while (socket.writable && socket.write(pieces)) {
            // 'drain' goes on from there.
          }
        }
        socket.once('data', () => {
          socket.on('drain', send)
          socket.write(head)
          send()
        })
      })
      using target = to(peer.url)

      const error = await target.ask()

      expect(error?.reason).toBe(message === notRedis ? 'protocol' : 'too_large')
      expect(error?.message).toMatch(message)
      await eventually(() => expect(peer.openConnections()).toBe(0))
    })
  })
})

describe('lists with an error in them, in the place of all that is read of keys and streams', () => {
  const asUsual = /^(INFO|COMMAND|CLIENT|CONFIG|SELECT|SCAN)/
  const peerOf = (bytes: string) =>
    startPeer(
      walkablePeer({
        has: ['hotkeys|get'],
        instead: (command) => (asUsual.test(command) ? undefined : bytes),
      }).behaviour,
    )

  it('cost a poll what plain errors cost it', async () => {
    const polled = async (bytes: string) => {
      await using peer = await peerOf(bytes)
      using target = polledTarget(peer.url, {
        flags: ['--check-single-keys=db0=a,db0=b', '--check-single-streams=db0=s'],
        collect: ['hotkeys', 'slowlog-entries', 'memory-stats'],
      })
      const { error, collectors } = await target.poll()
      expect(error).toBeUndefined()
      return collectors.map(({ name, samples, error, rejected }) => ({
        name,
        samples: samples.length,
        error: error?.message,
        rejected,
      }))
    }
    const plain = await polled('-ERR x\r\n')
    expect(plain.find(({ name }) => name === 'hotkeys')?.error).toMatch(/answered with an error/)
    expect(plain.map(({ name }) => name)).toContain('check-single-keys')

    expect(await polled('*1\r\n-ERR x\r\n')).toEqual(plain)
    expect(await polled('*2\r\n$1\r\na\r\n*1\r\n-ERR x\r\n')).toEqual(plain)
  })

  it('cost a walk what plain errors cost it', async () => {
    const walked = async (bytes: string) => {
      await using peer = await peerOf(bytes)
      using target = walkedTarget(peer.url, keyCollectors, {
        settings: configured(['--check-keys=*', '--check-streams=*', '--count-keys=*']).settings,
      })
      const { error, keys, collectors } = await target.walk()
      expect([error, keys]).toEqual([undefined, 10])
      return collectors.map(({ name, rejected, error }) => ({
        name,
        rejected,
        error: error?.message,
        samples: target.samples(name).length,
      }))
    }
    const plain = await walked('-ERR x\r\n')

    expect(await walked('*1\r\n-ERR x\r\n')).toEqual(plain)
  })
})

const endpointOf = (port: number) => ({ kind: 'tcp', host: '127.0.0.1', port, tls: false }) as const

const connections: readonly {
  readonly over: string
  readonly connect: (...how: Parameters<typeof createConnect>) => Connection
}[] = [
  { over: 'ioredis', connect: (...how) => createConnect(...how)() },
  { over: 'a socket', connect: createSocketConnection },
]

describe.each(connections)('over $over', ({ connect }) => {
  it.each(malformedReplies)(
    '$what, at whatever byte it is cut in two, ends the connection',
    async ({ bytes }) => {
      for (let at = 1; at < bytes.length; at++) {
        await using peer = await startPeer(answersFirst(bytes, cutAt(at)))
        using connection = closing(connect(endpointOf(peer.port), fixedLogin({})))
        await connection.open()
        // A line without an end takes in what follows, so that the next reply is the first that is none.
        const [first, second] = connection.send([['INFO'], ['PING']]).map(outcome)

        expect(await second).toMatchObject({ reason: 'protocol' })
        if (!/^[+-]/.test(bytes)) expect(await first).toMatchObject({ reason: 'protocol' })
      }
    },
  )

  it.each(unaskedReplies)(
    '$what, at whatever byte it is cut in two, ends it unasked',
    async ({ bytes }) => {
      for (let at = 1; at < bytes.length; at++) {
        await using peer = await startPeer(answersFirst(`+OK\r\n${bytes}`, cutAt(5 + at)))
        using connection = closing(connect(endpointOf(peer.port), fixedLogin({})))
        await connection.open()
        await Promise.all(connection.send([['PING']]).map(outcome))

        await eventually(() => expect(peer.openConnections()).toBe(0))
      }
    },
  )

  describe('an error within a list', () => {
    it.each([
      ['*1\r\n-ERR x\r\n', 'other'],
      ['*2\r\n:1\r\n*2\r\n-NOPERM x\r\n:2\r\n', 'noperm'],
      ['*2\r\n-LOADING x\r\n-NOPERM x\r\n', 'loading'],
    ])('%j fails that command and no other, in text and in bytes', async (bytes, reason) => {
      await using peer = await startPeer(answers(([name]) => (name === 'TYPE' ? bytes : '+OK\r\n')))
      using connection = closing(connect(endpointOf(peer.port), fixedLogin({})))
      await connection.open()

      for (const words of ['text', 'binary'] as const) {
        const replies = connection.send([['PING'], ['TYPE', 'a'], ['PING']], words).map(outcome)
        expect(await Promise.all(replies)).toEqual([
          'OK',
          expect.objectContaining({ name: 'RedisError', reason }),
          'OK',
        ])
      }
      expect(await connection.open()).toBe('kept')
    })
  })

  it.each([
    ['-ERR max number of clients reached\r\n', 'connection', /maxclients/],
    ['-DENIED Redis is running in protected mode\r\n', 'auth', /DENIED/],
  ])(
    'a server that says %j before it is asked says why it is down',
    async (bytes, reason, message) => {
      await using peer = await startPeer((socket) => void socket.end(bytes))
      using connection = closing(connect(endpointOf(peer.port), fixedLogin({})))
      const opened = connection.open().then(() => Promise.all(connection.send([['INFO']])))

      const error = (await outcome(opened)) as RedisError
      expect(error.reason).toBe(reason)
      expect(error.message).toMatch(message)
    },
  )

  it('replies are counted exactly through a login, pipelines and answers out of step', async () => {
    let held = ''
    await using peer = await startPeer((socket) => {
      answers(([name = '', word]) => {
        if (name === 'AUTH') return '+OK\r\n'
        held += resp.bulk(`${name} ${word}`)
        if (word !== 'last') return undefined
        const all = held
        held = ''
        return all
      })(socket, 1)
    })
    using connection = closing(
      connect(endpointOf(peer.port), fixedLogin({ password: secret('pass') })),
    )
    for (let count = 0; count < 20; count++) {
      expect(await connection.open()).toBe(count === 0 ? 'opened' : 'kept')
      const early = connection.send([
        ['TYPE', 'a\r\n$1'],
        ['TYPE', 'é'],
      ])
      const late = connection.send([['TYPE', '']], 'binary')
      const last = connection.send([['TYPE', 'last']])
      expect(await Promise.all(early.map(outcome))).toHaveLength(2)
      expect(await Promise.all([...late, ...last])).toEqual(['TYPE ', 'TYPE last'])
    }
    expect(peer.connections()).toBe(1)
  })
})

function outcome<T>(reply: Promise<T>): Promise<T | unknown> {
  return reply.catch((error: unknown) => error)
}

function closing(connection: Connection): Connection & Disposable {
  const over = redisError('connection', 'the test is over')
  return { ...connection, [Symbol.dispose]: () => connection.drop(over) }
}
