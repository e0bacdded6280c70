import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './free-port.ts'
import { type RedisServer, startRedisProcess } from './redis-process.ts'
import { temporaryDirectory } from './temporary-directory.ts'

export type { RedisServer } from './redis-process.ts'

export interface RedisOptions {
  /** More arguments, as on the command line; a later one wins over ours. */
  readonly args?: readonly string[]
  readonly password?: string
  readonly port?: number
  /** A folder of the caller's, which is kept; without it a private one that is removed. */
  readonly directory?: string
  /** Listens with TLS only; clients must show a certificate unless args say otherwise. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca: string }
  /** Listens on the socket `redis.sock` in its folder as well. */
  readonly unixSocket?: boolean
  /** Keeps the terminal's Ctrl-C from the server. */
  readonly ownGroup?: boolean
  /** In place of the one that the environment names. */
  readonly program?: string | undefined
}

/** The path of the socket of a server that was started with `unixSocket`. */
export function unixSocketOf(server: RedisServer): string {
  return join(server.directory, 'redis.sock')
}

/**
 * Starts a private redis-server on loopback that keeps nothing and reads no configuration file.
 * The environment variable REDIS_SERVER names another binary.
 */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const { args = [], password, tls, unixSocket = false, ownGroup = false } = options
  const port = options.port ?? (await freePort())
  const own = options.directory === undefined ? await temporaryDirectory() : undefined
  const directory = options.directory ?? own?.path ?? '.'
  const secret = password === undefined ? '' : `:${encodeURIComponent(password)}@`
  return await startRedisProcess({
    program: options.program ?? process.env.REDIS_SERVER ?? 'redis-server',
    args: [
      ...['--bind', '127.0.0.1', '--dir', directory, '--save', '', '--daemonize', 'no'],
      ...(tls === undefined ? ['--port', `${port}`] : tlsArguments(port, tls)),
      ...(unixSocket ? ['--unixsocket', join(directory, 'redis.sock')] : []),
      ...(password === undefined ? [] : ['--requirepass', password]),
      ...args,
    ],
    directory,
    port,
    url: `${tls === undefined ? 'redis' : 'rediss'}://${secret}127.0.0.1:${port}`,
    password,
    tls: tls && {
      key: readFileSync(tls.key),
      cert: readFileSync(tls.cert),
      ca: readFileSync(tls.ca),
    },
    ownGroup,
    cleanUp: async () => await own?.[Symbol.asyncDispose](),
  })
}

function tlsArguments(port: number, tls: NonNullable<RedisOptions['tls']>): readonly string[] {
  return [
    ...['--port', '0', '--tls-port', `${port}`],
    ...['--tls-key-file', tls.key, '--tls-cert-file', tls.cert, '--tls-ca-cert-file', tls.ca],
  ]
}
