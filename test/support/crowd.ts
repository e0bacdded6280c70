import { connect, type Socket } from 'node:net'
import { eventually } from './eventually.ts'

/** Many clients of one port at once, on connections that they hold for as long as they may. */
export interface Crowd extends Disposable {
  /** How many connections are open, as the clients see it. */
  open(): number
}

export interface CrowdOptions {
  readonly port: number
  readonly clients: number
  /** What each sends at once. */
  readonly text?: string
  /** What each sends of it in this many milliseconds, byte by byte; all at once unless given. */
  readonly millisecondsPerByte?: number
  /** Whether they read what comes. */
  readonly reads?: boolean
  /** Whether each comes back when it was sent away. */
  readonly comesBack?: boolean
}

/** Returns when all clients are connected, or were sent away again. */
export async function startCrowd(options: CrowdOptions): Promise<Crowd> {
  const { port, clients, reads = true, comesBack = false } = options
  const open = new Set<Socket>()
  let attempts = 0
  let isOver = false

  function join(): void {
    const socket = connect(port, '127.0.0.1')
    open.add(socket)
    socket.on('error', () => {})
    socket.once('connect', () => {
      attempts += 1
      say(socket, options)
    })
    socket.once('close', () => {
      open.delete(socket)
      if (comesBack && !isOver) setTimeout(join, 100)
    })
    if (reads) socket.resume()
    else socket.pause()
  }

  for (let index = 0; index < clients; index += 1) join()
  await eventually(
    () => {
      if (attempts < clients) throw new Error(`${attempts} of ${clients} clients have connected`)
    },
    { within: 30_000 },
  )
  return {
    open: () => open.size,
    [Symbol.dispose]() {
      isOver = true
      for (const socket of open) socket.destroy()
    },
  }
}

function say(socket: Socket, { text = '', millisecondsPerByte }: CrowdOptions): void {
  if (millisecondsPerByte === undefined) {
    socket.write(text)
    return
  }
  let next = 0
  const timer = setInterval(() => socket.write(text.charAt(next++)), millisecondsPerByte)
  socket.once('close', () => clearInterval(timer))
}
