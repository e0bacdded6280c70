import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createGuardedSocket, type GuardedSocketOptions } from '../../src/redis/guarded-socket.ts'
import { createGuardedStream } from '../../src/redis/guarded-stream.ts'
import { createConnect } from '../../src/redis/ioredis-connection.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import { nextSlice } from '../../src/yielding.ts'
import { countLooksAsTime, withEachTurn } from '../support/clock-of-looks.ts'
import { collectGarbage } from '../support/collect-garbage.ts'
import { answers } from '../support/peer-behaviours.ts'
import { resp } from '../support/resp.ts'
import { startPeer } from '../support/scripted-peer.ts'

// Whatever a server sends is looked at within the slices that all work shares.

const over = redisError('connection', 'the test is over')
const lists = resp.array(
  Array.from({ length: 30_000 }, (_, at) => resp.array(at % 2 ? [':1\r\n'] : [])),
)
const numbers = resp.array(Array.from({ length: 30_000 }, (_, at) => resp.integer(at)))
const unbounded = { bytes: 1e9, elements: 1e9, bytesTogether: 1e9 }

/** What was counted in one turn of the event loop at most, until something is over. */
async function mostInOneTurn(count: () => number, until: Promise<unknown>): Promise<number> {
  countLooksAsTime()
  let most = 0
  let last = count()
  await withEachTurn(
    () => {
      most = Math.max(most, count() - last)
      last = count()
    },
    () => until,
  )
  return Math.max(most, count() - last)
}

/** Connects to a server of the test and asks it so often. */
async function askedSocket(
  { port }: { readonly port: number },
  options: Pick<GuardedSocketOptions, 'onBytes'> & Partial<GuardedSocketOptions>,
  times = 1,
) {
  const socket = createGuardedSocket({
    how: { place: { host: '127.0.0.1', port }, tls: undefined },
    bounds: unbounded,
    maximumSilence: 60_000,
    pieceBytes: 4096,
    tooLarge: () => over,
    onEnd: () => undefined,
    ...options,
  })
  await socket.connected
  socket.write('*1\r\n$4\r\nPING\r\n'.repeat(times), times)
  return socket
}

async function turnsUntil(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate)
}

it('of what arrived some kilobytes are passed on in a turn, all of it and in order', async () => {
  await using peer = await startPeer(answers(() => lists))
  const pieces: Buffer[] = []
  let bytes = 0
  const socket = await askedSocket(
    peer,
    {
      onBytes(piece) {
        pieces.push(piece)
        bytes += piece.length
      },
    },
    3,
  )

  const most = await mostInOneTurn(
    () => bytes,
    turnsUntil(() => bytes >= 3 * lists.length),
  )
  socket.end(over)

  expect(Buffer.concat(pieces).toString('latin1')).toBe(lists.repeat(3))
  expect(most).toBeLessThanOrEqual(5 * 4096)
})

it('what the client library takes of the time of a turn is a part of its slice', async () => {
  await using peer = await startPeer(answers(() => lists))
  const { socket, stream } = createGuardedStream({
    how: { place: { host: '127.0.0.1', port: peer.port }, tls: undefined },
    bounds: unbounded,
    maximumSilence: 60_000,
    pieceBytes: 4096,
    tooLarge: () => over,
    onEnd: () => undefined,
  })
  let bytes = 0
  // As the library listens. It takes a whole slice for each piece.
  stream.prependListener('data', (piece: Buffer) => {
    bytes += piece.length
    for (let looks = 0; looks < 4; looks++) performance.now()
  })
  stream.resume()
  await socket.connected
  stream.write('*1\r\n$4\r\nPING\r\n')

  const most = await mostInOneTurn(
    () => bytes,
    turnsUntil(() => bytes === lists.length),
  )
  socket.end(over)

  // When it arrives, and when it is the turn of who waits for a slice.
  expect(most).toBeLessThanOrEqual(2 * 4096)
})

it('what a server said before it hung up is read before that is known', async () => {
  await using peer = await startPeer(
    (socket) => void socket.once('data', () => socket.end(numbers)),
  )
  const connection = createConnect(
    { kind: 'tcp', host: '127.0.0.1', port: peer.port, tls: false },
    fixedLogin({}),
  )()
  await connection.open()
  const replies = connection.send([['SLOWLOG', 'GET', '128'], ['PING']])
  const told = Promise.allSettled(replies)
  await mostInOneTurn(() => 0, told)

  const [first, second] = await told
  expect(first).toMatchObject({ status: 'fulfilled', value: { length: 30_000 } })
  expect(second).toMatchObject({ status: 'rejected', reason: { reason: 'connection' } })
})

it('what had arrived when a server reset the connection is read in pieces too', async () => {
  const sent = numbers.slice(0, 32_768)
  await using peer = await startPeer((socket) => {
    socket.once('data', () => {
      socket.write(sent)
      socket.resetAndDestroy()
    })
  })
  let bytes = 0
  let bytesAtEnd: number | undefined
  const socket = await askedSocket(peer, {
    onBytes(piece) {
      bytes += piece.length
      // Whoever takes it needs a slice for it.
      for (let looks = 0; looks < 4; looks++) performance.now()
    },
    onEnd() {
      bytesAtEnd = bytes
    },
  })

  const most = await mostInOneTurn(() => bytes, socket.ended)

  expect(most).toBeLessThanOrEqual(2 * 4096)
  expect(bytesAtEnd).toBe(bytes)
  expect(bytes).toBeGreaterThan(sent.length - 30)
})

it('a server that resets the connection behind a reply that is too large hides nothing of that', async () => {
  // As much as the system hands over at once, so that the reset comes in the same turn.
  const most = 65_536
  const begin = `$${2 * most}\r\n`
  await using peer = await startPeer((socket) => {
    socket.once('data', () => {
      socket.write(begin + 'a'.repeat(most - begin.length))
      socket.resetAndDestroy()
    })
  })
  const connection = createConnect(
    { kind: 'tcp', host: '127.0.0.1', port: peer.port, tls: false },
    fixedLogin({}),
    { maxReplyBytes: most },
  )()
  await connection.open()

  const [reply] = await Promise.allSettled(connection.send([['SLOWLOG', 'GET', '128']]))
  expect(reply).toMatchObject({ status: 'rejected', reason: { reason: 'too_large' } })
})

it('what waits here for its turn is no silence of the server', async () => {
  await using peer = await startPeer(answers(() => numbers))
  const silence = 100
  let bytes = 0
  let cause: unknown
  const socket = await askedSocket(peer, {
    maximumSilence: silence,
    onBytes(piece) {
      bytes += piece.length
    },
    onEnd(why) {
      cause = why
    },
  })
  const work = () => {
    const until = performance.now() + 5
    while (performance.now() < until);
  }
  await Promise.all(Array.from({ length: silence }, () => nextSlice().then(work)))

  expect(cause).toBeUndefined()
  expect(bytes).toBeLessThan(numbers.length)
  await turnsUntil(() => bytes === numbers.length)
  socket.end(over)
})

it('a long list is made of texts in many turns', async () => {
  const texts = Array.from({ length: 5_000 }, (_, at) => `text ${at}`)
  await using peer = await startPeer(answers(() => resp.array(texts.map(resp.bulk))))
  const connection = createConnect(
    { kind: 'tcp', host: '127.0.0.1', port: peer.port, tls: false },
    fixedLogin({}),
  )()
  await connection.open()
  let turns = 0
  const reply = Promise.all(connection.send([['SLOWLOG', 'GET', '128']]))
  await mostInOneTurn(() => ++turns, reply)
  connection.drop(over)

  expect(await reply).toEqual([texts])
  // Four elements of a turn, and as much again for what arrives.
  expect(turns).toBeGreaterThan(texts.length / 8)
})

it('a reply that is under way when the connection ends is not read on', async () => {
  await using peer = await startPeer(
    (socket) => void socket.once('data', () => socket.write(lists)),
  )
  let bytes = 0
  const socket = await askedSocket(peer, {
    onBytes(piece) {
      bytes += piece.length
    },
  })

  await mostInOneTurn(
    () => bytes,
    turnsUntil(() => bytes > 0),
  )
  socket.end(over)
  const atEnd = bytes
  for (let turns = 0; turns < 50; turns++) await new Promise(setImmediate)

  expect(bytes).toBe(atEnd)
  expect(bytes).toBeLessThan(lists.length)
})

/** What is in use; what is not is given back by another thread, when it comes to that. */
async function bytesOfBuffers(): Promise<number> {
  let before = Infinity
  for (;;) {
    collectGarbage()
    await delay(50)
    const { arrayBuffers } = process.memoryUsage()
    if (arrayBuffers >= before) return before
    before = arrayBuffers
  }
}

it('a connection that rests keeps nothing of what arrived last', async () => {
  const reply = resp.bulk('x'.repeat(50_000))
  await using peer = await startPeer(answers(() => reply))
  const connections = 100
  const before = await bytesOfBuffers()
  let bytes = 0
  const onBytes = (piece: Buffer) => {
    bytes += piece.length
  }
  const sockets = await Promise.all(
    Array.from({ length: connections }, () => askedSocket(peer, { onBytes })),
  )
  await turnsUntil(() => bytes >= connections * reply.length)

  const held = (await bytesOfBuffers()) - before
  expect(sockets).toHaveLength(connections)
  expect(held).toBeLessThan((connections * reply.length) / 2)
  for (const socket of sockets) socket.end(over)
})
