import type { Config } from '../../src/config/read-config.ts'
import { loginOf } from './configured.ts'
import { env, type OptionCase, of } from './option-case.ts'

/** Where the servers are, how they are connected to, and as whom. */
export const connectionOptionCases: readonly OptionCase[] = [
  ['redis.addr', 'REDIS_ADDR', host, 'localhost', 'redis://one:7000', 'one', 'redis://two'],
  ['redis.url', 'REDIS_URL', host, 'localhost', 'redis://one:7000', 'one', 'redis://two'],
  ['redis.user', 'REDIS_USER', user, undefined, 'exporter', 'exporter', 'somebody'],
  ['redis.password', 'REDIS_PASSWORD', password, undefined, 'hunter2', 'hunter2', 'other'],
  ['redis.password-file', 'REDIS_PASSWORD_FILE', password, undefined, 'one', 'of one', 'two'],
  [
    'redis.password-command',
    'REDIS_PASSWORD_COMMAND',
    password,
    undefined,
    "one 'two three'",
    'of one, two three',
    'four',
  ],
  ['targets.file', env('TARGETS_FILE'), (config) => config.targetsFile, undefined, 'a', 'a', 'b'],
  ['tls-ca-cert-file', env('TLS_CA_CERT_FILE'), of('tlsCaFile'), undefined, 'one', 'one', 'two'],
  [
    'tls-client-cert-file',
    env('TLS_CLIENT_CERT_FILE'),
    of('tlsClientCertificateFile'),
    undefined,
    'one',
    'one',
    'two',
  ],
  [
    'tls-client-key-file',
    env('TLS_CLIENT_KEY_FILE'),
    of('tlsClientKeyFile'),
    undefined,
    'one',
    'one',
    'two',
  ],
  ['tls-server-name', env('TLS_SERVER_NAME'), of('tlsServerName'), undefined, 'one', 'one', 'two'],
  [
    'skip-tls-verification',
    env('SKIP_TLS_VERIFICATION'),
    of('skipTlsVerification'),
    false,
    'true',
    true,
    'false',
  ],
  [
    'redis.max-reply-bytes',
    'REDIS_MAX_REPLY_BYTES',
    of('maxReplyBytes'),
    2_097_152,
    '1000000',
    1_000_000,
    '2000000',
  ],
  ['set-client-name', env('SET_CLIENT_NAME'), of('setClientName'), true, 'false', false, 'true'],
  [
    'redis.max-connection-age',
    'REDIS_MAX_CONNECTION_AGE',
    of('maxConnectionAge'),
    600_000,
    '1h',
    3_600_000,
    '2h',
  ],
  ['ping-on-connect', env('PING_ON_CONNECT'), of('pingOnConnect'), false, 'true', true, 'false'],
  [
    'connection-timeout',
    env('CONNECTION_TIMEOUT'),
    of('connectionTimeout'),
    '15s',
    '5m',
    '5m',
    '6m',
  ],
  ['is-cluster', env('IS_CLUSTER'), of('discover'), 'none', 'true', 'cluster', 'false'],
  ['discover', env('DISCOVER'), of('discover'), 'none', 'sentinel', 'sentinel', 'cluster'],
  [
    'cluster-discover-hostnames',
    env('CLUSTER_DISCOVER_HOSTNAMES'),
    of('clusterDiscoverHostnames'),
    false,
    'true',
    true,
    'false',
  ],
  [
    'discover.masters',
    env('DISCOVER_MASTERS'),
    of('discoverMasters'),
    undefined,
    'a,b',
    ['a', 'b'],
    'c',
  ],
  [
    'discover.map',
    env('DISCOVER_MAP'),
    of('discoverMap'),
    undefined,
    'a:1=b',
    [{ announced: { host: 'a', port: 1 }, reachable: { host: 'b', port: undefined } }],
    'c=d',
  ],
  ['discover.max-age', env('DISCOVER_MAX_AGE'), of('discoverMaxAge'), 300_000, '1m', 60_000, '2m'],
  ['discover.user', env('DISCOVER_USER'), nodeUser, undefined, 'watcher', 'watcher', 'somebody'],
  [
    'discover.passwords-file',
    env('DISCOVER_PASSWORDS_FILE'),
    nodePassword,
    undefined,
    'one',
    'of one',
    'two',
  ],
]

function host({ addresses }: Config): unknown {
  const endpoint = addresses[0]?.address.endpoint
  return endpoint?.kind === 'tcp' ? endpoint.host : endpoint
}

async function user(config: Config): Promise<unknown> {
  return (await loginOf(config).read()).user
}

async function password(config: Config): Promise<unknown> {
  return (await loginOf(config).read()).password?.reveal()
}

function nodeCredentials(config: Config) {
  return loginOf(config).forNode?.({ kind: 'tcp', host: 'node', port: 1, tls: false }).read()
}

async function nodeUser(config: Config): Promise<unknown> {
  return (await nodeCredentials(config))?.user
}

async function nodePassword(config: Config): Promise<unknown> {
  return (await nodeCredentials(config))?.password?.reveal()
}
