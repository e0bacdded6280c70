import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { RedisError } from '../../src/redis/redis-error.ts'
import { eventually } from '../support/eventually.ts'
import { everything } from '../support/fake-keyspace.ts'
import {
  answersFirst,
  byteByByte,
  deliver,
  inOnePiece,
  malformedReplies,
  unaskedReplies,
} from '../support/hostile-replies.ts'
import { polledTarget } from '../support/polled-target.ts'
import { collectors as ofPolls } from '../support/registry.ts'
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
      const target = walkedTarget(url, [everything])
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
