import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { startDelayingProxy } from './delaying-proxy.ts'
import { eventually } from './eventually.ts'
import {
  answers,
  closesOnAccept,
  drips,
  neverReplies,
  refuses,
  resetsOnCommand,
  sendsGarbage,
  stopsHalfWay,
} from './peer-behaviours.ts'
import { commandReader, resp } from './resp.ts'
import { type Behaviour, startPeer } from './scripted-peer.ts'

const info = '*1\r\n$4\r\ninfo\r\n'

test.each<[name: string, behaviour: Behaviour, received: string]>([
  ['answers by a function', answers(([name]) => resp.bulk(`${name} is here`)), '$12\r\nINFO is'],
  ['refuses', refuses('LOADING Redis is loading'), '-LOADING Redis is loading\r\n'],
  ['sends garbage', sendsGarbage, 'HTTP/1.1 400'],
  ['stops half-way', stopsHalfWay, '$5000\r\n# Server\r\n'],
  ['drips', drips('+OK\r\n', 1), '+OK\r\n'],
])('a peer that %s', async (_name, behaviour, received) => {
  await using peer = await startPeer(behaviour)
  using client = ask(peer.port)

  await eventually(() => expect(client.received()).toContain(received))
})

test.each<[name: string, behaviour: Behaviour, end: string]>([
  ['closes on accept', closesOnAccept, 'close'],
  ['resets at a command', resetsOnCommand, 'ECONNRESET'],
])('a peer that %s sends nothing', async (_name, behaviour, end) => {
  await using peer = await startPeer(behaviour)
  using client = ask(peer.port)

  await eventually(() => expect(client.ended()).toBe(end))
  expect(client.received()).toBe('')
})

test('a peer knows which connections are open, and closes them on disposal', async () => {
  const peer = await startPeer(neverReplies)
  using first = ask(peer.port)
  using second = ask(peer.port)
  await eventually(() => expect(peer.openConnections()).toBe(2))

  first.socket.destroy()
  await eventually(() => expect(peer.openConnections()).toBe(1))
  expect(peer.connections()).toBe(2)

  await peer[Symbol.asyncDispose]()
  await eventually(() => expect(second.ended()).toBe('close'))
})

test('a peer can change what it does', async () => {
  await using peer = await startPeer(neverReplies)
  peer.behave(answers(() => resp.simple('PONG')))
  using client = ask(peer.port)

  await eventually(() => expect(client.received()).toBe('+PONG\r\n'))
})

test('the proxy adds its delay and counts one round trip for a pipeline', async () => {
  await using peer = await startPeer(answers(() => resp.simple('OK')))
  await using proxy = await startDelayingProxy({ port: peer.port, roundTripDelay: 40 })
  const start = performance.now()
  using client = ask(proxy.port, `${info}${info}`)

  await eventually(() => expect(client.received()).toBe('+OK\r\n+OK\r\n'), { every: 1 })

  // A timer may fire one millisecond early.
  expect(performance.now() - start).toBeGreaterThanOrEqual(38)
  expect(proxy.counts()).toEqual({
    connections: 1,
    roundTrips: 1,
    bytesToServer: 2 * info.length,
    bytesToClient: 10,
  })
  client.socket.write(info)
  await eventually(() => expect(proxy.counts().roundTrips).toBe(2))
})

test('commands are read from pieces of any size', () => {
  const bytes = Buffer.from('*2\r\n$3\r\nGET\r\n$3\r\nä\n\r\n*1\r\n$0\r\n\r\n')
  for (let size = 1; size <= bytes.length; size++) {
    const read = commandReader()
    const commands: (readonly string[])[] = []
    for (let start = 0; start < bytes.length; start += size) {
      commands.push(...read(bytes.subarray(start, start + size)))
    }
    expect(commands).toEqual([['GET', 'ä\n'], ['']])
  }
})

interface AskingClient extends Disposable {
  readonly socket: Socket
  received(): string
  /** How the connection ended: `close`, or the code of its error. */
  ended(): string | undefined
}

function ask(port: number, question = info): AskingClient {
  const socket = connect(port, '127.0.0.1')
  let received = ''
  let ended: string | undefined
  socket.on('data', (chunk) => {
    received += chunk.toString()
  })
  socket.on('error', (error: NodeJS.ErrnoException) => {
    ended = error.code
  })
  socket.on('close', () => {
    ended ??= 'close'
  })
  socket.write(question)
  return {
    socket,
    received: () => received,
    ended: () => ended,
    [Symbol.dispose]: () => void socket.destroy(),
  }
}
