import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { type Listening, listenTo } from '../../src/redis/subscription.ts'
import { parseAddress } from '../../src/targets/address.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import { eventually } from '../support/eventually.ts'
import { startRedis } from '../support/redis-server.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'

interface Listened extends Listening, Disposable {
  readonly messages: readonly string[]
  readonly ends: readonly string[]
  isReady(): boolean
}

function listen(url: string, channels: readonly string[] = ['a', 'b']): Listened {
  const address = parseAddress(url)
  if (!address) throw new Error('the test gave no address')
  const messages: string[] = []
  const ends: string[] = []
  let isReady = false
  const { endpoint, credentials } = address
  const listening = listenTo(
    { endpoint, login: fixedLogin(credentials), settings: {}, channels },
    {
      onReady() {
        isReady = true
      },
      onMessage: (channel, text) => void messages.push(`${channel} ${text}`),
      onEnd: ({ reason, message }) => void ends.push(`${reason}: ${message}`),
    },
  )
  const { close } = listening
  return { messages, ends, isReady: () => isReady, close, [Symbol.dispose]: close }
}

describe('who listens to a server', () => {
  it('hears what is published on its channels, and nothing else', async () => {
    await using server = await startRedis({ password: 'hunter2' })
    using listened = listen(server.url)
    await eventually(() => expect(listened.isReady()).toBe(true))
    const client = server.client()
    for (const [channel, text] of [
      ['a', 'one'],
      ['c', 'none'],
      ['b', 'größer'],
      ['a', ''],
    ] as const)
      await client.publish(channel, text)

    await eventually(() => expect(listened.messages).toEqual(['a one', 'b größer', 'a ']))
    expect(listened.ends).toEqual([])
  })

  it('hears its end once, and leaves no connection behind', async () => {
    await using server = await startRedis()
    const listened = listen(server.url)
    await eventually(() => expect(listened.isReady()).toBe(true))
    listened.close()
    listened.close()

    expect(listened.ends).toEqual(['connection: nobody listens any more'])
    await eventually(async () =>
      expect((await server.info('clients')).pubsub_clients ?? '0').toBe('0'),
    )
  })

  it('is told why, where it may not', async () => {
    await using server = await startRedis()
    const rules = ['on', '>hunter2', '+@all', 'resetchannels']
    await server.client().call('ACL', 'SETUSER', 'watcher', ...rules)
    using refused = listen(`redis://watcher:hunter2@127.0.0.1:${server.port}`)
    using stranger = listen(`redis://watcher:wrong@127.0.0.1:${server.port}`)
    using nowhere = listen('redis://127.0.0.1:1')

    await eventually(() =>
      expect([...refused.ends, ...stranger.ends, ...nowhere.ends]).toEqual([
        expect.stringMatching(/^noperm|^other/),
        'auth: wrong user name or password (WRONGPASS)',
        'connection: no connection (ECONNREFUSED)',
      ]),
    )
    expect(refused.isReady()).toBe(false)
  })

  it('hears that the server is gone', async () => {
    await using server = await startRedis()
    using listened = listen(server.url)
    await eventually(() => expect(listened.isReady()).toBe(true))
    await server.kill()

    await eventually(() => expect(listened.ends).toEqual([expect.stringMatching(/^connection: /)]))
  })
})

const confirmed = ['a', 'b']
  .map((channel, index) =>
    resp.array([resp.bulk('subscribe'), resp.bulk(channel), resp.integer(index + 1)]),
  )
  .join('')
const message = (...words: readonly string[]) => resp.array(words.map(resp.bulk))

describe('a server that says what it may not', () => {
  it.each([
    ['before it was asked', '', message('message', 'a', 'x')],
    ['of another channel', confirmed, message('message', 'c', 'x')],
    ['of a pattern', confirmed, message('pmessage', '*', 'a', 'x')],
    ['in plain', confirmed, '+OK\r\n'],
    ['as a number', confirmed, ':7\r\n'],
    ['an error', confirmed, '-ERR no\r\n'],
    [
      'without end',
      confirmed,
      `*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$999999\r\n${'x'.repeat(99_999)}`,
    ],
    ['in many elements', confirmed, '*100000\r\n'],
    ['in another protocol', confirmed, 'HTTP/1.1 200 OK\r\n'],
    ['as a push of RESP3', confirmed, '>3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nx\r\n'],
  ])('%s is left', async (_, first, then) => {
    await using peer = await startPeer((socket: Socket) => {
      if (first === '') socket.write(then)
      else socket.once('data', () => socket.write(`${first}${then}`))
    })
    using listened = listen(peer.url)

    await eventually(() =>
      expect(listened.ends).toEqual([expect.stringMatching(/^(protocol|other)/)]),
    )
    expect(listened.messages).toEqual([])
    await eventually(() => expect(peer.openConnections()).toBe(0))
  })

  it('is heard as long as it says nothing wrong, in whatever pieces', async () => {
    await using peer = await startPeer((socket: Socket) => {
      socket.once('data', () => {
        for (const byte of `${confirmed}${message('message', 'b', 'x').repeat(3)}`)
          socket.write(byte)
      })
    })
    using listened = listen(peer.url)

    await eventually(() => expect(listened.messages).toEqual(['b x', 'b x', 'b x']))
    expect(listened.ends).toEqual([])
  })
})
