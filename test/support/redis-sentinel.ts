import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'
import { type RedisServer, startRedisProcess } from './redis-process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

/** What a Sentinel is started from. */
export const sentinelProgram = () =>
  process.env.REDIS_SENTINEL ?? process.env.REDIS_SERVER ?? 'redis-sentinel'

export interface WatchedMaster {
  readonly name: string
  /** Where it is for the Sentinels, in place of 127.0.0.1. */
  readonly host?: string
  readonly port: number
  readonly quorum?: number
  readonly password?: string
}

export interface SentinelOptions {
  readonly masters: readonly WatchedMaster[]
  readonly port?: number
  readonly password?: string
  /** More lines for its configuration file. */
  readonly configuration?: readonly string[]
  /** In place of the one that the environment names. */
  readonly program?: string | undefined
}

/**
 * Starts a Sentinel on loopback and returns when it has seen all masters it was given.
 * The environment variable REDIS_SENTINEL names another binary; without it, REDIS_SERVER, which is a
 * Sentinel when it is told so.
 */
export async function startSentinel(options: SentinelOptions): Promise<RedisServer> {
  const { masters, password, configuration = [] } = options
  const port = options.port ?? (await freePort())
  const directory = await temporaryDirectory()
  // Sentinel writes its state into its configuration file and does not start without one.
  const file = join(directory.path, 'sentinel.conf')
  const lines = [
    ...[`port ${port}`, 'bind 127.0.0.1', `dir ${directory.path}`, 'daemonize no'],
    ...(password === undefined ? [] : [`requirepass ${quote(password)}`]),
    ...masters.flatMap(masterLines),
    ...configuration,
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}@`
  const sentinel = await startRedisProcess({
    program: options.program ?? sentinelProgram(),
    args: [file, '--sentinel'],
    directory: directory.path,
    port,
    url: `redis://${secret}127.0.0.1:${port}`,
    password,
    cleanUp: async () => await directory[Symbol.asyncDispose](),
  })
  try {
    await eventually(() => assertSeen(sentinel, masters), { within: 30_000, every: 100 })
    return sentinel
  } catch (error) {
    await sentinel.stop()
    throw error
  }
}

function masterLines(master: WatchedMaster): readonly string[] {
  const { name, host = '127.0.0.1', port, quorum = 1, password } = master
  return [
    `sentinel monitor ${name} ${host} ${port} ${quorum}`,
    `sentinel down-after-milliseconds ${name} 1000`,
    ...(password === undefined ? [] : [`sentinel auth-pass ${name} ${quote(password)}`]),
  ]
}

/** A master counts as seen when Sentinel has read its INFO and finds nothing wrong with it. */
async function assertSeen(sentinel: RedisServer, masters: readonly WatchedMaster[]): Promise<void> {
  const fields = Object.values(await sentinel.info('sentinel'))
  for (const { name } of masters) {
    if (!fields.some((value) => value.startsWith(`name=${name},status=ok,`))) {
      throw new Error(`Sentinel does not see master ${name} yet: ${fields.join(' ')}`)
    }
  }
}

function quote(word: string): string {
  return `"${word.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}
