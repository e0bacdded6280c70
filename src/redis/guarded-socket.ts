import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { isSliceOver, nextSlice } from '../yielding.ts'
import type { Admit } from './connection.ts'
import { withinConnection } from './connection-scope.ts'
import { createFraming } from './framing.ts'
import { fromErrorReply, fromFailure, type RedisError, redisError } from './redis-error.ts'
import type { FramingFault, ReplyBounds } from './reply-progress.ts'
import { notRedis } from './resp.ts'
import { type ShownCertificate, shownCertificates } from './shown-certificates.ts'
import type { SocketOptions } from './socket-options.ts'
import { type Excess, type ExcessFault, isExcess, serverFellSilent } from './too-large.ts'

export interface GuardedSocketOptions {
  readonly how: SocketOptions
  readonly bounds: ReplyBounds
  /** How long a server may say nothing while replies are owed, in milliseconds. */
  readonly maximumSilence: number
  /**
   * What is looked at in one go, so that it takes well below a slice: the system hands over two
   * megabytes in one turn of the event loop.
   */
  readonly pieceBytes: number
  /** What arrives is read at once unless given; until then no more than a chunk of it is taken. */
  readonly admit?: Admit | undefined
  /** Takes what arrived, once it was found to be RESP2 that answers what was asked. */
  readonly onBytes: (chunk: Buffer) => void
  /** The cause of the end where replies are too large. */
  readonly tooLarge: (excess: Excess) => RedisError
  /** Called once, with the first cause. */
  readonly onEnd: (cause: RedisError) => void
}

/** A socket to a server that gives out nothing which was not checked. */
export interface GuardedSocket {
  /** Resolves when it is connected, TLS included; rejects with the cause of its end. */
  readonly connected: Promise<void>
  /** Resolves with the first cause when it ends. */
  readonly ended: Promise<RedisError>
  /** What both sides showed by TLS. */
  certificates(): readonly ShownCertificate[]
  /** The IP address of the other side; undefined before there is one, and over a path. */
  remoteAddress(): string | undefined
  /** How many replies are still to come. */
  owed(): number
  /**
   * Sends bytes, a string being a binary one, that so many replies answer; `apart` where they begin a
   * round trip while others are still owed, as the framing has it.
   */
  write(bytes: Buffer | string, replies: number, apart?: boolean): void
  /** Lets pass, from now on, what nobody asked for: a subscription is being made. */
  subscribe(): void
  /** Runs what writes several times, and sends that together. */
  together<T>(work: () => T): T
  /** Ends it at once. */
  end(cause: RedisError): void
  /** The first cause of its end; undefined while it lives. */
  cause(): RedisError | undefined
}

// A machine that lost its power or its network answers no probe: the kernel finds out within half
// a minute, also where nothing is owed.
const keepAliveMilliseconds = 15_000

const nothing = Buffer.alloc(0)

/** Connects to a server; all that comes passes the check of its framing first. */
export function createGuardedSocket(options: GuardedSocketOptions): GuardedSocket {
  const { how, bounds, maximumSilence, pieceBytes, admit, onBytes, tooLarge, onEnd } = options
  const framing = createFraming(bounds)
  let cause: RedisError | undefined
  let certificates: readonly ShownCertificate[] = []
  let remoteAddress: string | undefined
  let asked = false
  /** Of the chunk that arrived last. */
  let left: Buffer = nothing
  let isRefused = false
  /** Why it ends, once all that arrived was looked at. */
  let ending: RedisError | undefined
  let isEnding = false
  let held: Buffer = nothing
  let silence: NodeJS.Timeout | undefined
  let reject: (cause: RedisError) => void = () => undefined
  let tellEnd: (cause: RedisError) => void = () => undefined
  const ended = new Promise<RedisError>((resolve) => {
    tellEnd = resolve
  })

  function end(why: RedisError): void {
    if (cause) return
    cause = why
    clearTimeout(silence)
    withinConnection(end, () => {
      socket.destroy()
      how.onEnd?.()
      reject(why)
      tellEnd(why)
      onEnd(why)
    })
  }

  function listenForSilence(): void {
    silence ??= setTimeout(() => {
      // What waits for its turn here is no silence of the server.
      if (left.length > 0) silence?.refresh()
      else end(fellSilent(maximumSilence))
    }, maximumSilence)
  }

  function noteBytes(): void {
    if (framing.owed() > 0) {
      silence?.refresh()
      return
    }
    clearTimeout(silence)
    silence = undefined
  }

  function passOn(chunk: Buffer): void {
    const all = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    const end = all.length - framing.openEnd()
    // A copy, since a few bytes of a chunk would keep the whole of it.
    held = end === all.length ? nothing : Buffer.from(all.subarray(end))
    if (end > 0) onBytes(end === all.length ? all : all.subarray(0, end))
  }

  function take(chunk: Buffer): void {
    left = chunk
    const admitted = admit?.(chunk.length)
    if (admitted) takeAfter(admitted)
    else takeLeft()
  }

  function takeAfter(waited: Promise<void>): void {
    socket.pause()
    void waited.then(() => withinConnection(end, takeLeft))
  }

  /** Looks at what is left of a chunk for as long as there is time in this turn of the event loop. */
  function takeLeft(): void {
    while (left.length > 0) {
      if (isSliceOver()) {
        takeAfter(nextSlice())
        return
      }
      takeNext()
    }
    if (ending) endSoon(ending)
    else if (!isRefused) socket.resume()
  }

  /** Looks at the next piece of what is left. */
  function takeNext(): void {
    const piece = left.subarray(0, pieceBytes)
    const isOver = cause !== undefined || isRefused
    // An empty part of a chunk would keep the whole of it until the next one comes.
    left = isOver || left.length <= pieceBytes ? nothing : left.subarray(pieceBytes)
    if (!isOver) takePiece(piece)
  }

  /** What arrived before the end is looked at before that is told. */
  function endBy(why: RedisError): void {
    ending ??= why
    if (left.length === 0) endSoon(ending)
  }

  /** Ends it, once whoever waits for what was passed on has it. The first cause counts. */
  function endSoon(why: RedisError): void {
    if (!isEnding) setImmediate(() => end(why))
    isEnding = true
  }

  function takePiece(piece: Buffer): void {
    const fault = framing.check(piece)
    if (isExcess(fault)) refuse(fault, piece)
    else if (fault) end((asked ? undefined : refusalAtTheDoor(fault, piece)) ?? faultError(fault))
    else {
      noteBytes()
      attempt(() => passOn(piece))
    }
  }

  /** Passes on the replies that came before. */
  function refuse(fault: ExcessFault, piece: Buffer): void {
    isRefused = true
    socket.pause()
    const whole = framing.wholeBytes(piece)
    if (whole > 0) attempt(() => onBytes(Buffer.concat([held, piece.subarray(0, whole)])))
    endSoon(tooLarge({ fault, bounds, sizes: framing.sizes() }))
  }

  function attempt(work: () => void): void {
    try {
      work()
    } catch (failure) {
      end(fromFailure(failure))
    }
  }

  const socket = withinConnection(end, () => open(how))
  const connected = new Promise<void>((resolve, fail) => {
    reject = fail
    socket.once(how.tls ? 'secureConnect' : 'connect', () => {
      socket.setNoDelay(true)
      socket.setKeepAlive(true, keepAliveMilliseconds)
      noteBytes()
      certificates = shownCertificates(socket)
      remoteAddress = socket.remoteAddress
      resolve()
    })
  })
  // Whoever waits hears of it; where nobody does, it is told by onEnd.
  connected.catch(() => undefined)
  listenForSilence()
  const within = (work: () => void) => withinConnection(end, work)
  socket.on('data', (chunk) => within(() => take(chunk)))
  socket.on('error', (error) => within(() => endBy(fromFailure(error))))
  socket.on('close', () =>
    within(() => endBy(redisError('connection', 'the connection was closed'))),
  )

  return {
    connected,
    ended,
    certificates: () => certificates,
    remoteAddress: () => remoteAddress,
    owed: framing.owed,
    subscribe: framing.subscribe,
    write(bytes, replies, apart) {
      if (cause) return
      asked = true
      framing.owe(replies, apart)
      listenForSilence()
      socket.write(bytes, 'latin1')
    },
    together(work) {
      socket.cork()
      try {
        return work()
      } finally {
        socket.uncork()
      }
    },
    end,
    cause: () => cause,
  }
}

function open({ place, tls }: SocketOptions): Socket {
  return tls ? connectTls({ ...place, ...tls }) : connectTcp(place)
}

// A server that has no room or wants no strangers says so before it was asked, and hangs up.
function refusalAtTheDoor(fault: FramingFault, chunk: Buffer): RedisError | undefined {
  const [, refusal] =
    fault === 'unasked' ? (/^-(.{1,500})\r\n/.exec(chunk.toString('latin1')) ?? []) : []
  return refusal === undefined ? undefined : fromErrorReply(refusal)
}

function faultError(fault: Exclude<FramingFault, ExcessFault>): RedisError {
  return fault === 'malformed'
    ? notRedis()
    : redisError('protocol', 'the server sent a reply that nobody asked for')
}

function fellSilent(milliseconds: number): RedisError {
  const message = `the server fell silent for ${milliseconds / 1e3} s`
  return redisError('connection', message, serverFellSilent)
}
