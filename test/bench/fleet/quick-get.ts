import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** An answer, unpacked from its chunks, and how long it took until all of it was there. */
export interface QuickAnswer {
  readonly status: number
  readonly isGzip: boolean
  readonly body: Buffer
  readonly milliseconds: number
}

export interface QuickClient extends Disposable {
  /** Asks for a path with gzip; rejects when the connection fails. */
  get(path: string): Promise<QuickAnswer>
}

/**
 * Asks on connections that are kept, each for one answer at a time. `node:http` itself takes half a
 * millisecond for an answer, and two and more where it collects garbage: longer than what is measured.
 */
export function createQuickClient(origin: string): QuickClient {
  const { hostname, port, host } = new URL(origin)
  const all = new Set<Socket>()
  const free = new Set<Socket>()

  async function open(): Promise<Socket> {
    const socket = connect({ host: hostname, port: Number(port), noDelay: true })
    all.add(socket)
    socket.once('close', () => free.delete(socket))
    await once(socket, 'connect')
    return socket
  }

  return {
    async get(path) {
      const [kept] = free
      if (kept) free.delete(kept)
      const socket = kept ?? (await open())
      const request = `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nAccept-Encoding: gzip\r\n\r\n`
      const answer = await exchange(socket, request)
      free.add(socket)
      return answer
    },
    [Symbol.dispose]() {
      for (const socket of all) socket.destroy()
    },
  }
}

async function exchange(socket: Socket, request: string): Promise<QuickAnswer> {
  const reading = createReading()
  const began = performance.now()
  return await new Promise((resolve, reject) => {
    function onData(piece: Buffer): void {
      const milliseconds = performance.now() - began
      const answer = reading(piece)
      if (!answer) return
      stopListening()
      resolve({ ...answer, milliseconds })
    }
    function onEnd(error?: Error): void {
      stopListening()
      reject(error ?? new Error('the connection ended before the answer did'))
    }
    function stopListening(): void {
      socket.off('data', onData).off('error', onEnd).off('close', onGone)
    }
    const onGone = () => onEnd()
    socket.on('data', onData).on('error', onEnd).on('close', onGone)
    socket.write(request)
  })
}

const endOfHead = '\r\n\r\n'

/** Takes an answer piece by piece, and gives it when the last one is there (RFC 9112, 6 and 7.1). */
function createReading(): (piece: Buffer) => Omit<QuickAnswer, 'milliseconds'> | undefined {
  const pieces: Buffer[] = []
  let bytes = 0
  let head: string | undefined

  const field = (pattern: RegExp) => pattern.exec(head ?? '')?.[1]

  /** Undefined while there is more to come. */
  function bodyBehind(begin: number): Buffer | undefined {
    const length = field(/^content-length: *(\d+)/im)
    if (length === undefined) return unpacked(Buffer.concat(pieces).subarray(begin))
    return bytes < begin + Number(length) ? undefined : Buffer.concat(pieces).subarray(begin)
  }

  return (piece) => {
    pieces.push(piece)
    bytes += piece.length
    if (head === undefined) {
      const text = Buffer.concat(pieces).toString('latin1')
      const end = text.indexOf(endOfHead)
      if (end < 0) return undefined
      head = text.slice(0, end + endOfHead.length)
    }
    const body = bodyBehind(head.length)
    return (
      body && {
        status: Number(field(/^HTTP\/1\.1 (\d+)/)),
        isGzip: field(/^content-encoding: *(gzip)/im) !== undefined,
        body,
      }
    )
  }
}

/** What stands in chunks; undefined while the last one is not there. */
function unpacked(chunks: Buffer): Buffer | undefined {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const begin = chunks.indexOf('\r\n', at) + 2
    const length = Number.parseInt(chunks.toString('latin1', at, begin), 16)
    const end = begin + length + 2
    if (begin < 2 || !(end <= chunks.length)) return undefined
    if (length === 0) return Buffer.concat(parts)
    parts.push(chunks.subarray(begin, end - 2))
    at = end
  }
}
