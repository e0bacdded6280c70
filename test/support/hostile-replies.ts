import type { Socket } from 'node:net'
import { setImmediate as turn } from 'node:timers/promises'
import type { Behaviour } from './scripted-peer.ts'

/** Something that no server may send, and what it is. */
export interface HostileReply {
  readonly what: string
  readonly bytes: string
}

const followed = '$5\r\nhello\r\n'

/** Wrong wherever it comes. */
export const malformedReplies: readonly HostileReply[] = [
  { what: 'a length with a character that is no digit', bytes: '$/3\r\n+x\r\n' },
  { what: 'a length of a list with such a character', bytes: '*/3\r\n+x\r\n' },
  { what: 'a length below -1', bytes: '$-2\r\n' },
  { what: 'a number that is none', bytes: ':1x\r\n' },
  { what: 'the null of RESP3', bytes: '_\r\n' },
  { what: 'a push of RESP3', bytes: '>1\r\n$-1\r\n' },
  { what: 'a push that subscribes to nothing', bytes: '>1\r\n$9\r\nsubscribe\r\n' },
  { what: 'a push that subscribes', bytes: '>3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n' },
  { what: 'a map of RESP3', bytes: '%1\r\n+a\r\n+b\r\n' },
  { what: 'a text of RESP3', bytes: '=7\r\ntxt:abc\r\n' },
  { what: 'a line whose end is missing', bytes: `+no line end${followed}` },
  { what: 'an error whose end is missing', bytes: `-ERR no line end${followed}` },
  { what: 'a number whose end is missing', bytes: `:1${followed}` },
  { what: 'a text whose end is missing', bytes: `$3\r\nabc${followed}` },
  { what: 'half a line end', bytes: `+OK\n${followed}` },
]

/** Wrong where nobody asked for it. */
export const unaskedReplies: readonly HostileReply[] = [
  { what: 'nothing', bytes: '$-1\r\n' },
  { what: 'no list', bytes: '*-1\r\n' },
  { what: 'an empty list', bytes: '*0\r\n' },
  { what: 'a line', bytes: '+OK\r\n' },
  { what: 'an error', bytes: '-ERR x\r\n' },
  { what: 'a number', bytes: ':1\r\n' },
  { what: 'a list with an error in it', bytes: '*1\r\n-ERR x\r\n' },
  { what: 'a message of a channel', bytes: '*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n' },
]

/** How a reply comes. */
export type Pieces = (bytes: string) => readonly string[]

export const inOnePiece: Pieces = (bytes) => [bytes]
export const byteByByte: Pieces = (bytes) => [...bytes]
export const cutAt =
  (at: number): Pieces =>
  (bytes) => [bytes.slice(0, at), bytes.slice(at)]

/** Sends each piece in a turn of the event loop of its own, so that it arrives by itself. */
export async function deliver(socket: Socket, pieces: readonly string[]): Promise<void> {
  for (const piece of pieces) {
    if (!socket.writable) return
    socket.write(piece, 'latin1')
    // One turn sends it, and one takes it in where the other side is in our process.
    await turn()
    await turn()
  }
}

/** Answers the first command of a connection with these bytes, and nothing after them. */
export function answersFirst(bytes: string, pieces: Pieces): Behaviour {
  return (socket) => void socket.once('data', () => void deliver(socket, pieces(bytes)))
}
