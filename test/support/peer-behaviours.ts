import type { Socket } from 'node:net'
import { commandReader, resp } from './resp.ts'
import type { Behaviour } from './scripted-peer.ts'

/** The reply to a command, whose name comes in capitals, encoded; undefined for none at all. */
export type Answer = (
  command: readonly string[],
  connection: number,
) => string | undefined | Promise<string | undefined>

/** Accepts and stays silent. */
export const neverReplies: Behaviour = () => {}

/** Closes the connection as soon as it is there. */
export const closesOnAccept: Behaviour = (socket) => void socket.end()

/** Resets the connection as soon as it is there. */
export const resetsOnAccept: Behaviour = (socket) => void socket.resetAndDestroy()

/** Resets the connection at the first question. */
export const resetsOnCommand: Behaviour = (socket) => {
  socket.once('data', () => void socket.resetAndDestroy())
}

/** Answers like a web server. */
export const sendsGarbage: Behaviour = (socket) => {
  socket.once(
    'data',
    () => void socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n'),
  )
}

/** Announces a bulk reply, sends its first line and no more. */
export const stopsHalfWay: Behaviour = (socket) => {
  socket.once('data', () => void socket.write('$5000\r\n# Server\r\nredis_version:7.0'))
}

/** Announces a bulk reply without a sensible end and sends as fast as the client reads. */
export const repliesEndlessly: Behaviour = (socket) => {
  const piece = Buffer.alloc(64 * 1024, 'a:1\r\n')
  const send = () => {
    while (socket.writable && socket.write(piece)) {
      // Until the client reads slower than we write: 'drain' goes on from there.
    }
  }
  socket.once('data', () => {
    socket.on('drain', send)
    socket.write('$500000000000\r\n')
    send()
  })
}

/** Answers each command by a function of the test, in the order of the commands. */
export function answers(answer: Answer): Behaviour {
  return (socket, connection) => {
    const read = commandReader()
    let answered = Promise.resolve()
    socket.on('data', (chunk) => {
      for (const [name = '', ...words] of read(chunk)) {
        answered = answered.then(async () => {
          const reply = await answer([name.toUpperCase(), ...words], connection)
          if (reply !== undefined && socket.writable) {
            socket.write(reply)
          }
        })
      }
      answered.catch((error: unknown) => socket.destroy(error as Error))
    })
  }
}

/** Refuses every command with one error, such as `LOADING Redis is loading the dataset`. */
export function refuses(error: string): Behaviour {
  return answers(() => resp.error(error))
}

/** Sends a reply one byte at a time: it never falls silent, and never comes to its end in time. */
export function drips(reply = resp.bulk('a'.repeat(10_000)), every = 100): Behaviour {
  return (socket) => void socket.once('data', () => drip(socket, Buffer.from(reply), every))
}

function drip(socket: Socket, bytes: Buffer, every: number): void {
  let sent = 0
  const timer = setInterval(() => {
    socket.write(bytes.subarray(sent, sent + 1))
    sent += 1
    if (sent === bytes.length) {
      clearInterval(timer)
    }
  }, every)
  socket.on('close', () => clearInterval(timer))
}
