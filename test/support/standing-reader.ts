import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { temporaryDirectory } from './temporary-directory.ts'

/** The two ends of a stream whose reader stands still until it is told to read. */
export interface StandingReader extends AsyncDisposable {
  /** To be given to a program as its standard output. */
  readonly writer: number | Socket
  /** To be called when the program has it: from then on it alone can write. */
  letGo(): void
  /** Reads from now on, where it can; returns all that has come so far. */
  read(): string
  /** Closes the reading end. */
  leave(): void
}

/** A pipe as shells and container runtimes make it: one whose writer waits where it is full. */
export async function standingPipe(): Promise<StandingReader> {
  const directory = await temporaryDirectory()
  const path = join(directory.path, 'pipe')
  execFileSync('mkfifo', [path])
  const open = new Set<number>()
  const opened = (flags: number) => {
    const descriptor = openSync(path, flags)
    open.add(descriptor)
    return descriptor
  }
  const close = (descriptor: number) => {
    if (open.delete(descriptor)) closeSync(descriptor)
  }
  const reader = opened(constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = opened(constants.O_WRONLY)
  let text = ''
  return {
    writer,
    letGo: () => close(writer),
    read() {
      text += readAll(reader)
      return text
    },
    leave: () => close(reader),
    async [Symbol.asyncDispose]() {
      for (const descriptor of open) close(descriptor)
      await directory[Symbol.asyncDispose]()
    },
  }
}

function readAll(descriptor: number): string {
  const chunks: Buffer[] = []
  const buffer = Buffer.alloc(64 * 1024)
  try {
    for (let length = -1; length !== 0; ) {
      length = readSync(descriptor, buffer)
      chunks.push(Buffer.from(buffer.subarray(0, length)))
    }
  } catch (error) {
    // Nothing more for now.
    if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
  }
  return Buffer.concat(chunks).toString()
}

/** A socket, as systemd and Node.js give it to a program. */
export async function standingSocket(): Promise<StandingReader> {
  const directory = await temporaryDirectory()
  const server = createServer({ pauseOnConnect: true }).listen(join(directory.path, 'socket'))
  await once(server, 'listening')
  const writer = connect(join(directory.path, 'socket'))
  const [reader]: Socket[] = await once(server, 'connection')
  if (!reader) throw new Error('no connection')
  reader.on('error', () => {})
  let text = ''
  reader.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  reader.pause()
  return {
    writer,
    letGo: () => void writer.destroy(),
    read() {
      reader.resume()
      return text
    },
    leave: () => void reader.destroy(),
    async [Symbol.asyncDispose]() {
      reader.destroy()
      writer.destroy()
      server.close()
      await directory[Symbol.asyncDispose]()
    },
  }
}
