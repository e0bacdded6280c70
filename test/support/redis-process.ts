import { Redis, type RedisOptions } from 'ioredis'
import { type Exit, type Program, startProgram } from './child-process.ts'
import { eventually } from './eventually.ts'
import { pingRedis, type RedisAddress } from './redis-ping.ts'

/** The options of the library, but for the shape of its replies. */
export type ClientOptions = Omit<RedisOptions, 'replyMapping'>

/** A running redis-server or redis-sentinel. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number
  /** The address as a user writes it, password included. */
  readonly url: string
  /** The folder in which it runs. */
  readonly directory: string
  /** The process, another one after each restart. */
  readonly pid: number
  /** A connection for the commands of the test itself; closed when the server is stopped. */
  client(options?: ClientOptions): Redis
  /** The reply to INFO as fields by name. */
  info(section?: string): Promise<Readonly<Record<string, string>>>
  /** What the server printed since it was started last. */
  output(): string
  /** Stops the process with SIGSTOP: it accepts connections and answers nothing. */
  pause(): Promise<void>
  resume(): void
  /** Ends the server at once; restart brings it back on the same port. */
  kill(): Promise<Exit>
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface RedisProcessOptions extends RedisAddress {
  readonly program: string
  readonly args: readonly string[]
  readonly directory: string
  readonly url: string
  readonly ownGroup?: boolean
  /** Runs when the server was stopped for good. */
  readonly cleanUp: () => Promise<void>
}

/** Starts a Redis program and returns when it answers PING. */
export async function startRedisProcess(options: RedisProcessOptions): Promise<RedisServer> {
  const { port, url, directory } = options
  const clients = new Set<Redis>()
  const client = (more: ClientOptions = {}) => {
    const connection = connectQuietly(options, more)
    clients.add(connection)
    return connection
  }
  const stop = async () => {
    for (const connection of clients) {
      connection.disconnect()
    }
    clients.clear()
    await process.stop()
    await options.cleanUp()
  }
  let process = await startAnswering(options).catch(async (error: unknown) => {
    await options.cleanUp()
    throw error
  })
  let infoClient: Redis | undefined
  return {
    port,
    url,
    directory,
    get pid() {
      return process.pid
    },
    client,
    info: async (section = 'default') => {
      infoClient ??= client()
      return parseInfo(await infoClient.info(section))
    },
    output: () => process.output(),
    pause: async () => await process.pause(),
    resume: () => process.resume(),
    kill: async () => await process.kill(),
    restart: async () => {
      await process.stop()
      process = await startAnswering(options)
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function startAnswering(options: RedisProcessOptions): Promise<Program> {
  const program = startProgram({ ...options, stopWithin: 3_000 })
  let exit: Exit | undefined
  void program.exited.then((value) => {
    exit = value
  })
  try {
    // An answer of our own process only: one that has ended left the port to somebody else.
    await eventually<unknown>(() => exit ?? pingRedis(options), { within: 30_000 })
    if (exit !== undefined || !program.running()) {
      throw new Error('it ended')
    }
    return program
  } catch (cause) {
    await program.stop()
    const said = program.output()
    throw new Error(`${options.program} does not answer on port ${options.port}:\n${said}`, {
      cause,
    })
  }
}

/**
 * Sends nothing but what the test asks for: the library's own commands at connecting would raise
 * the error counters that the tests watch.
 */
function connectQuietly({ port, tls, password }: RedisProcessOptions, more: ClientOptions): Redis {
  const options: ClientOptions = {
    host: '127.0.0.1',
    port,
    protocol: 2,
    enableReadyCheck: false,
    disableClientInfo: true,
    disconnectTimeout: 0,
    retryStrategy: () => 50,
    ...(tls === undefined ? {} : { tls }),
    ...(password === undefined ? {} : { password }),
    ...more,
  }
  const client = new Redis(options)
  // A test that stops its server expects these; the failing command carries its own error.
  client.on('error', () => {})
  return client
}

function parseInfo(text: string): Record<string, string> {
  const fields = text
    .split('\r\n')
    .filter((line) => line.includes(':'))
    .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)])
  return Object.fromEntries(fields)
}
