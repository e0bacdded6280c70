import { homedir } from 'node:os'
import { join } from 'node:path'

/** A server that the tests run on besides the machine's own, by the series that it is of. */
export interface NewerServer {
  readonly server: string
  readonly sentinel: string
}

// Changes with what is fetched, so that an older cache is not taken for it.
const generation = 2

const cacheHome = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')

/**
 * The folder in which `npm run servers` puts the starters of newer servers. It outlives runs and
 * working copies. NEWER_SERVERS names a folder with programs of the same names instead.
 */
export const newerServersFolder =
  process.env.NEWER_SERVERS || join(cacheHome, 'redis-exporter', `servers-${generation}`)

const programOf = (name: string) => join(newerServersFolder, name)

function newerServer(kind: 'redis' | 'valkey', series: string): NewerServer {
  return {
    server: programOf(`${kind}-server-${series}`),
    sentinel: programOf(`${kind}-sentinel-${series}`),
  }
}

/** The newest Redis 8 and Valkey 9 of Debian's later suites, and Redis 8.2 of a Python package. */
export const newerServers = {
  'redis-8.2': newerServer('redis', '8.2'),
  'redis-8': newerServer('redis', '8'),
  'valkey-9': newerServer('valkey', '9'),
} as const

/** The Go exporter of Debian's later suites. */
export const newerPeer = programOf('prometheus-redis-exporter')

/** All that must be there, as paths. */
export const newerPrograms: readonly string[] = [
  ...Object.values(newerServers).flatMap((one) => Object.values(one)),
  newerPeer,
]
