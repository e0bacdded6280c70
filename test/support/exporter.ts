import { existsSync } from 'node:fs'
import type { OutgoingHttpHeaders } from 'node:http'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Exit, type Program, type ProgramOptions, startProgram } from './child-process.ts'
import { eventually } from './eventually.ts'
import { type Family, parseExposition } from './exposition.ts'
import { freePort } from './free-port.ts'
import { type HttpResponse, httpRequest } from './http-get.ts'

/** The built exporter, in one file. */
export const bundle = fileURLToPath(new URL('../../bin/redis-exporter', import.meta.url))

// The file looks for Node there, and is to find the one that runs the tests.
const pathOfThisNode = `${dirname(process.execPath)}:${process.env.PATH ?? ''}`

export interface ExporterOptions {
  /** The whole environment of the exporter, but for PATH and the address it listens on. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly args?: readonly string[]
  /** For Node.js itself. */
  readonly nodeArgs?: readonly string[]
  readonly port?: number
  /** What takes its log in place of the test. */
  readonly stdout?: ProgramOptions['stdout']
  readonly stderr?: ProgramOptions['stderr']
  /** How many file descriptors it may have open. */
  readonly descriptors?: number
}

/** A running exporter, ours or the one we compare with. */
export interface Exporter extends AsyncDisposable {
  readonly port: number
  readonly pid: number
  /** Without a path: `http://127.0.0.1:PORT`. */
  readonly url: string
  /** Settles when the exporter has ended. */
  readonly exited: Promise<Exit>
  get(path: string, headers?: OutgoingHttpHeaders): Promise<HttpResponse>
  /** What /metrics serves now, read strictly. */
  metrics(): Promise<readonly Family[]>
  /** All that it printed, both streams. */
  logs(): string
  /** Waits for a line of the log. */
  waitForLog(pattern: RegExp | string, options?: { readonly within?: number }): Promise<string>
  signal(name: NodeJS.Signals): void
  pause(): Promise<void>
  resume(): void
  stop(): Promise<Exit>
}

/** Starts the built exporter without waiting for anything: for runs that are to end by themselves. */
export function runExporter(options: ExporterOptions = {}): Program {
  const { env, args = [], nodeArgs = [], stdout, stderr, descriptors } = options
  if (!existsSync(bundle)) {
    throw new Error(`${bundle} is missing; build it with: npm run build`)
  }
  // As its users do, unless Node.js itself is to be told something.
  const words = [...(nodeArgs.length > 0 ? [process.execPath, ...nodeArgs] : []), bundle, ...args]
  const [program = '', ...rest] =
    descriptors === undefined ? words : ['prlimit', `--nofile=${descriptors}`, ...words]
  return startProgram({
    program,
    args: rest,
    env: { PATH: pathOfThisNode, ...env },
    ...(stdout === undefined ? {} : { stdout }),
    ...(stderr === undefined ? {} : { stderr }),
    stopWithin: 15_000,
  })
}

// Tests poll each second, and the deadline of a second that follows is not met on a busy machine. Those
// that are about deadlines and age give their own.
const patience = { POLL_TIMEOUT: '30s', POLL_MAX_AGE: '2h' }

/**
 * Starts the built exporter on a free port and returns when that answers. Its polls may take long,
 * and what they found grows old late, unless the test says otherwise.
 */
export async function startExporter(options: ExporterOptions = {}): Promise<Exporter> {
  const port = options.port ?? (await freePort())
  const listen = { REDIS_EXPORTER_WEB_LISTEN_ADDRESS: `127.0.0.1:${port}` }
  return await answering(
    runExporter({ ...options, env: { ...listen, ...patience, ...options.env } }),
    port,
    '/healthz',
  )
}

/** Wraps a program that serves metrics as soon as it answers on its port. */
export async function answering(program: Program, port: number, path: string): Promise<Exporter> {
  const url = `http://127.0.0.1:${port}`
  const get = async (path: string, headers: OutgoingHttpHeaders = {}) =>
    await httpRequest(`${url}${path}`, { headers })
  let ended = false
  void program.exited.then(() => {
    ended = true
  })
  try {
    await eventually<unknown>(() => ended || get(path), { within: 60_000 })
  } catch (cause) {
    await program.stop()
    throw new Error(`nothing answers at ${url}${path}:\n${program.output()}`, { cause })
  }
  if (ended) {
    throw new Error(`the exporter ended before it answered at ${url}:\n${program.output()}`)
  }
  return {
    port,
    url,
    pid: program.pid,
    exited: program.exited,
    get,
    metrics: async () => parseExposition((await get('/metrics')).bytes),
    logs: () => program.output(),
    waitForLog: program.waitForLine,
    signal: program.signal,
    pause: program.pause,
    resume: program.resume,
    stop: program.stop,
    [Symbol.asyncDispose]: program[Symbol.asyncDispose],
  }
}
