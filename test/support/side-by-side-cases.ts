import type { Exception } from './side-by-side.ts'
import { keys, keyspaceCases, scriptCases } from './side-by-side-key-cases.ts'
import {
  type ComparedServer,
  filledServer,
  serverWithUser,
  tlsServer,
} from './side-by-side-servers.ts'

/** Options that are given to both exporters, and what both then serve. */
export interface OptionsCase {
  readonly options: Readonly<Record<string, string>>
  /** Which server; a filled one unless told otherwise. */
  readonly on?: string
  readonly server?: () => Promise<ComparedServer>
  /** More options, whose values the server knows. */
  readonly files?: readonly string[]
  /** Where ours finds others to watch as well, each of its series names the target. */
  readonly namesTarget?: boolean
  /** What both serve because of the options: series as text. */
  readonly serves?: readonly RegExp[]
  /** What neither serves because of them. */
  readonly lacks?: readonly RegExp[]
  /** Those that hold for this case alone. */
  readonly exceptions?: readonly Exception[]
}

const renamed = {
  on: 'a server whose CONFIG is called MYCONFIG',
  server: () =>
    filledServer({ args: ['--rename-command', 'CONFIG', 'MYCONFIG', '--databases', '13'] }),
}
// A server that has 13, and that nobody can ask.
const madeUpDatabases: Exception = {
  families: /^redis_db_keys(_expiring)?$/,
  series: ({ value }) => value === 0,
  allows: 'absence',
  because: 'the Go exporter takes it for 16 databases; ours names those that the server tells of',
}
const withSecrets = {
  on: 'a server with a password for its master',
  server: () => filledServer({ args: ['--masterauth', 's3cret'] }),
}
const configMetrics = { 'include-config-metrics': 'true' }

const optionalMetricsCases: readonly OptionsCase[] = [
  { options: {}, serves: [/^redis_up\{\}/], lacks: [/^redis_config_(key_)?value\{/] },
  {
    options: configMetrics,
    ...withSecrets,
    serves: [
      /^redis_config_key_value\{key="maxmemory-policy",value="noeviction"/,
      /^redis_config_value\{key="maxmemory"/,
    ],
    lacks: [/masterauth/, /requirepass/, /s3cret/],
  },
  {
    options: { ...configMetrics, 'redact-config-metrics': 'false' },
    ...withSecrets,
    serves: [
      /^redis_config_key_value\{key="masterauth",value="s3cret"/,
      /^redis_config_key_value\{key="requirepass",value=""/,
    ],
  },
  {
    options: { 'config-command': 'MYCONFIG', ...configMetrics },
    ...renamed,
    serves: [/^redis_config_value\{key="databases"/, /^redis_db_keys\{db="db12"/],
    lacks: [/^redis_db_keys\{db="db13"/],
  },
  {
    options: { 'config-command': '-', ...configMetrics },
    ...renamed,
    exceptions: [madeUpDatabases],
    serves: [/^redis_db_keys\{db="db11"/],
    lacks: [/^redis_config_/],
  },
  {
    options: configMetrics,
    ...renamed,
    exceptions: [madeUpDatabases],
    lacks: [/^redis_config_/],
  },
  { options: { namespace: 'shop', 'check-keys': keys }, serves: [/^redis_key_size\{/] },
]

const tls = { on: 'a TLS server that wants certificates', server: tlsServer }
const tlsForAll = { on: 'a TLS server for everybody', server: () => tlsServer('no') }
const certificate = ['tls-client-cert-file', 'tls-client-key-file']
const authority = ['tls-ca-cert-file']
const served = [/^redis_memory_used_bytes\{/]
const unverified = { 'skip-tls-verification': 'true' }

const connectionCases: readonly OptionsCase[] = [
  {
    options: { 'check-keys': 'key:*' },
    ...tls,
    files: [...authority, ...certificate],
    serves: [...served, /^redis_key_size\{/],
  },
  { options: unverified, ...tls, files: certificate, serves: served },
  { options: {}, ...tlsForAll, files: authority, serves: served },
  { options: { 'tls-server-name': 'localhost' }, ...tlsForAll, files: authority, serves: served },
  { options: unverified, ...tlsForAll, serves: served },
  {
    options: { 'redis.user': 'watcher', 'redis.password': 'tr0ub4dor', 'check-keys': 'key:*' },
    on: 'a server with a user',
    server: serverWithUser,
    serves: [/^redis_key_size\{db="db0",key="key:list"/],
  },
]

export const optionsCases: readonly OptionsCase[] = [
  ...keyspaceCases,
  ...scriptCases,
  ...optionalMetricsCases,
  ...connectionCases,
]
