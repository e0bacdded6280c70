import { homedir } from 'node:os'
import { join } from 'node:path'

// Changes with what is fetched, so that an older cache is not taken for it.
const generation = 5

const cacheHome = process.env.XDG_CACHE_HOME || join(homedir(), '.cache')

/**
 * The folder in which `npm run servers` puts the starters of newer servers. It outlives runs and
 * working copies. NEWER_SERVERS names a folder with programs of the same names instead.
 */
export const newerServersFolder =
  process.env.NEWER_SERVERS || join(cacheHome, 'redis-exporter', `servers-${generation}`)

const programOf = (name: string) => join(newerServersFolder, name)

/**
 * Newer servers by their series: the newest Redis 8 and Valkey 9 of Debian's later suites, and
 * Redis 8.2 of a Python package. Each is a Sentinel where it is started with `--sentinel`.
 */
export const newerServers = {
  'redis-8.2': programOf('redis-server-8.2'),
  'redis-8': programOf('redis-server-8'),
  'valkey-9': programOf('valkey-server-9'),
} as const

/** The Go exporter of Debian's later suites. */
export const newerPeer = programOf('prometheus-redis-exporter')

/** The Prometheus of Debian's later suites. */
export const newerPrometheus = programOf('prometheus')

/** The kubectl of Debian's later suites, which makes the variants of our manifests. */
export const newerKubectl = programOf('kubectl')

/** All that must be there, as paths. */
export const newerPrograms: readonly string[] = [
  ...Object.values(newerServers),
  newerPeer,
  newerPrometheus,
  newerKubectl,
]
