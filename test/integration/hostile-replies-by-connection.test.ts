import { describe, expect, it } from 'vitest'
import type { Connection } from '../../src/redis/connection.ts'
import { createConnect } from '../../src/redis/ioredis-connection.ts'
import { type RedisError, redisError } from '../../src/redis/redis-error.ts'
import { createSocketConnection } from '../../src/redis/socket-connection.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import { secret } from '../../src/targets/secret.ts'
import { eventually } from '../support/eventually.ts'
import {
  answersFirst,
  cutAt,
  malformedReplies,
  unaskedReplies,
} from '../support/hostile-replies.ts'
import { answers } from '../support/peer-behaviours.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'

// Each way to connect by itself, of which polls and walks are made in hostile-replies.test.ts: here too
// a failure that nobody catches fails the run.

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
