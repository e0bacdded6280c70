import { createServer, type Socket } from 'node:net'
import { trackSockets } from '../support/listening-sockets.ts'
import { commandReader } from '../support/resp.ts'
import { fragments } from './fragments.ts'
import { anyCharacter, type Character, hostileAnswer, soundReply } from './hostile-replies.ts'
import { createRandom, type Random, seedOf } from './random.ts'

// An exchange that went wrong is shown from here on, without the megabytes that may be in it.
const mostShown = 400

export interface HostileServer extends AsyncDisposable {
  readonly port: number
  /** From now on it speaks as a server does, also to those that are connected. */
  behave(): void
  /** How many replies it gave. */
  replies(): number
  /** The last exchanges, one line each, the newest at the end. */
  lastExchanges(): readonly string[]
}

/**
 * A server that answers each command as the seed says: mostly like a Redis, else with broken, huge,
 * foreign or missing replies. What it does on a connection follows from the seed, the number of
 * the connection and the commands that came over it, so a run can be repeated.
 */
export async function startHostileServer(seed: number): Promise<HostileServer> {
  let hostile = true
  let connections = 0
  let replies = 0
  const exchanges: string[] = []
  // Nothing more comes over these, as over a network that lost its way.
  const mute = new WeakSet<Socket>()

  function note(connection: number, words: readonly string[], sent: string): void {
    exchanges.push(`#${connection} ${words.join(' ').slice(0, 80)} -> ${sent}`)
    if (exchanges.length > 60) exchanges.shift()
  }

  function answer(
    socket: Socket,
    connection: number,
    character: Character,
    words: readonly string[],
    random: Random,
  ) {
    replies += 1
    if (!hostile) {
      socket.write(soundReply(words))
      return
    }
    const given = hostileAnswer(character, words, random)
    if (given.kind === 'silence') {
      note(connection, words, 'silence')
      return
    }
    note(connection, words, JSON.stringify(given.bytes.toString('latin1', 0, mostShown)))
    if (given.kind === 'bytes') sendInPieces(socket, given.bytes, random)
    if (given.kind === 'mute') {
      socket.write(given.bytes)
      mute.add(socket)
    }
    if (given.kind === 'half-open') socket.end(given.bytes)
    if (given.kind === 'last') socket.end(given.bytes, () => socket.destroy())
  }

  // Something that nobody asked for, while the connection is idle.
  function interject(socket: Socket, connection: number, random: Random): void {
    if (!hostile || !socket.writable || mute.has(socket) || !random.chance(5)) return
    const fragment = random.pick(fragments)
    note(connection, ['(unasked)'], JSON.stringify(fragment.slice(0, mostShown)))
    socket.write(fragment, 'latin1')
  }

  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    connections += 1
    const connection = connections
    const random = createRandom(seedOf(seed, connection))
    let character: Character = anyCharacter(random)
    let until = 30 + random.below(120)
    const read = commandReader()
    let idle = setTimeout(() => undefined, 0)
    socket.on('close', () => clearTimeout(idle))
    socket.on('end', () => socket.end())
    socket.on('data', (chunk) => {
      clearTimeout(idle)
      for (const words of read(chunk)) {
        // Behind a proxy it may become another one over the same connection.
        if (until-- === 0) {
          character = anyCharacter(random)
          until = 30 + random.below(120)
        }
        if (socket.writable && !mute.has(socket))
          answer(socket, connection, character, words, random)
      }
      idle = setTimeout(() => interject(socket, connection, random), 200)
    })
  })
  const sockets = await trackSockets(server)
  return {
    port: sockets.port,
    behave() {
      hostile = false
      for (const socket of sockets.open) socket.destroy()
    },
    replies: () => replies,
    lastExchanges: () => exchanges,
    [Symbol.asyncDispose]: sockets.close,
  }
}

function sendInPieces(socket: Socket, bytes: Buffer, random: Random): void {
  const at = bytes.length > 20_000 || random.chance(70) ? 0 : random.below(bytes.length + 1)
  if (at > 0) socket.write(bytes.subarray(0, at))
  // What is written in the meantime comes behind the rest.
  if (at > 0) pauseWriting(socket)
  socket.write(bytes.subarray(at))
}

// The part before travels by itself where nothing more is written in this turn.
function pauseWriting(socket: Socket): void {
  socket.cork()
  setImmediate(() => socket.uncork())
}
