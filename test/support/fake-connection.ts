import type { Command, Reply } from '../../src/redis/command.ts'
import type { Connection } from '../../src/redis/connection.ts'
import { isRedisError, type RedisError, redisError } from '../../src/redis/redis-error.ts'

/** Stands for a reply that never comes. */
export const silence = Symbol('silence')

/** The reply to a command such as `SLOWLOG LEN`; an error refuses it. */
export type Answer = (command: string) => Reply | RedisError | typeof silence

export interface FakeConnectionOptions {
  readonly answer: Answer
  /** What connecting does before the connection is there. */
  readonly connect?: () => Promise<void>
  /** False for one that lets nobody go when it is dropped. */
  readonly letsGo?: boolean
  /** For which round trips the server ends the connection in the place of all replies. */
  readonly hangsUp?: HangsUp
}

export type HangsUp = (commands: readonly string[]) => boolean

export interface FakeConnection extends Connection {
  /** The commands that were sent, one list for each round trip. */
  readonly trips: readonly (readonly string[])[]
  /** How many connections were made so far. */
  opened(): number
  /** Why the connection was dropped, each time. */
  readonly drops: readonly RedisError[]
  /** How commands are answered from now on. */
  behave(answer: Answer): void
  /** Ends the connection as a server does that is restarted between two polls. */
  lose(): void
}

/** A connection to a server that is a function of the test. */
export function fakeConnection(options: FakeConnectionOptions): FakeConnection {
  const { connect = async () => {}, letsGo = true, hangsUp = () => false } = options
  let { answer } = options
  let isOpen = false
  let ended: RedisError | undefined
  let opened = 0
  const trips: string[][] = []
  const drops: RedisError[] = []
  const waiting = new Set<(cause: RedisError) => void>()

  function untilDropped(): Promise<never> {
    return new Promise((_, reject) => waiting.add(reject))
  }

  function reply(command: Command): Promise<Reply> {
    const given = answer(command.join(' '))
    if (given === silence) return untilDropped()
    return isRedisError(given) ? Promise.reject(given) : Promise.resolve(given as Reply)
  }

  return {
    trips,
    drops,
    opened: () => opened,
    async open() {
      if (isOpen) return 'kept'
      opened += 1
      await Promise.race([connect(), untilDropped()])
      isOpen = true
      ended = undefined
      return 'opened'
    },
    send(commands) {
      const asked = commands.map((command) => command.join(' '))
      trips.push(asked)
      if (hangsUp(asked)) {
        ended = redisError('connection', 'the connection was closed')
        isOpen = false
      }
      const cause = ended
      return cause ? commands.map(() => Promise.reject(cause)) : commands.map(reply)
    },
    drop(cause) {
      drops.push(cause)
      isOpen = false
      if (letsGo) for (const reject of waiting) reject(cause)
      waiting.clear()
    },
    behave(next) {
      answer = next
    },
    lose() {
      isOpen = false
    },
  }
}

export interface FakeServer {
  readonly runId?: string
  /** More lines of INFO. */
  readonly info?: string
  /** Replies by command; anything not named here is answered with OK. */
  readonly replies?: Readonly<Record<string, ReturnType<Answer>>>
  /** Commands that COMMAND INFO does not know. */
  readonly lacks?: readonly string[]
}

/** Answers like a Redis. */
export function answersOf(server: FakeServer = {}): Answer {
  const { runId = 'first', info = '', replies = {}, lacks = [] } = server
  return (command) => {
    const given = replies[command]
    if (given !== undefined) return given
    if (command.startsWith('INFO'))
      return `# Server\r\nredis_version:7.0.15\r\nrun_id:${runId}\r\n${info}`
    if (command.startsWith('COMMAND INFO'))
      return command
        .split(' ')
        .slice(2)
        .map((name) => (lacks.includes(name) ? null : [name]))
    return 'OK'
  }
}

/** The server's word that a user may not run a command. */
export function refusal(): RedisError {
  return redisError('noperm', 'the user may not run the command (NOPERM)')
}
