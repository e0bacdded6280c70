import { describe, expect, test } from 'vitest'
import { allOptions } from '../../src/config/all-options.ts'
import { options } from '../../src/config/options.ts'
import type { Config } from '../../src/config/read-config.ts'
import type { Option } from '../../src/options/option.ts'
import { switchOf } from '../../src/options/switches.ts'
import { configured, loginOf } from '../support/configured.ts'
import { allCollectors } from '../support/registry.ts'

/** A flag with its variable, what it is by default, a value as a user writes it, and as it is read. */
type Row = readonly [
  flag: string,
  env: string,
  read: (config: Config) => unknown,
  byDefault: unknown,
  given: string,
  expected: unknown,
  other: string,
]

const bcryptHash = '$2y$10$Y/8.9HmI6nRONIDCMTCjZeW95j47wjK4wch4C2JSvmO2XhZXTMckK'

const rows: readonly Row[] = [
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
  [
    'web.enable-lifecycle',
    env('WEB_ENABLE_LIFECYCLE'),
    (config) => config.enableLifecycle,
    false,
    'true',
    true,
    'false',
  ],
  ['poll.interval', 'POLL_INTERVAL', (config) => config.pollInterval, 15_000, '7s', 7_000, '8s'],
  ['poll.timeout', 'POLL_TIMEOUT', (config) => config.pollTimeout, 10_000, '3s', 3_000, '4s'],
  ['poll.max-age', 'POLL_MAX_AGE', (config) => config.pollMaxAge, 45_000, '1m', 60_000, '2m'],
  ['poll.max-connecting', 'POLL_MAX_CONNECTING', of('pollMaxConnecting'), 50, '7', 7, '8'],
  [
    'target-label',
    env('TARGET_LABEL'),
    of('targetLabel'),
    'target',
    'instance',
    'instance',
    'name',
  ],
  ['namespace', 'REDIS_EXPORTER_NAMESPACE', namespace, 'redis', 'valkey', 'valkey', 'other'],
  ['namespace', 'NAMESPACE', namespace, 'redis', 'valkey', 'valkey', 'other'],
  ['web.listen-address', env('WEB_LISTEN_ADDRESS'), port, '9121', '127.0.0.1:80', '80', ':81'],
  ['web.systemd-socket', env('WEB_SYSTEMD_SOCKET'), port, '9121', 'true', 'no port', 'false'],
  ['web.config.file', env('WEB_CONFIG_FILE'), of('webConfigFile'), undefined, 'a', 'a', 'b'],
  [
    'web.probe-address',
    env('WEB_PROBE_ADDRESS'),
    of('probeAddress'),
    undefined,
    ':81',
    { host: undefined, port: 81 },
    ':82',
  ],
  [
    'web.protect-probes',
    env('WEB_PROTECT_PROBES'),
    of('protectProbes'),
    false,
    'true',
    true,
    'false',
  ],
  ['web.telemetry-path', env('WEB_TELEMETRY_PATH'), path, '/metrics', '/redis', '/redis', '/other'],
  ['log-level', env('LOG_LEVEL'), level, 'info', 'ERROR', 'error', 'warn'],
  ['log-format', env('LOG_FORMAT'), (config) => config.log.format, 'txt', 'json', 'json', 'txt'],
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
    'export-client-list',
    env('EXPORT_CLIENT_LIST'),
    of('exportClientList'),
    false,
    'true',
    true,
    'false',
  ],
  [
    'export-client-port',
    env('EXPORT_CLIENT_PORT'),
    of('exportClientPort'),
    false,
    'true',
    true,
    'false',
  ],
  [
    'client-list.max-series',
    env('CLIENT_LIST_MAX_SERIES'),
    of('clientListMaxSeries'),
    5000,
    '7',
    7,
    '8',
  ],
  [
    'include-config-metrics',
    env('INCL_CONFIG_METRICS'),
    of('includeConfigMetrics'),
    false,
    'true',
    true,
    'false',
  ],
  [
    'redact-config-metrics',
    env('REDACT_CONFIG_METRICS'),
    of('redactConfigMetrics'),
    true,
    'false',
    false,
    'true',
  ],
  [
    'include-system-metrics',
    env('INCL_SYSTEM_METRICS'),
    of('includeSystemMetrics'),
    false,
    'true',
    true,
    'false',
  ],
  [
    'include-modules-metrics',
    env('INCL_MODULES_METRICS'),
    of('includeModulesMetrics'),
    false,
    'true',
    true,
    'false',
  ],
  [
    'include-unknown-info-fields',
    env('INCL_UNKNOWN_INFO_FIELDS'),
    of('includeUnknownInfoFields'),
    false,
    'true',
    true,
    'false',
  ],
  [
    'include-metrics-for-empty-databases',
    env('INCL_METRICS_FOR_EMPTY_DATABASES'),
    of('includeEmptyDatabases'),
    true,
    'false',
    false,
    'true',
  ],
  [
    'include-rdb-file-size-metric',
    env('INCL_RDB_FILE_SIZE_METRIC'),
    of('includeRdbFileSize'),
    false,
    'true',
    true,
    'false',
  ],
  [
    'include-sentinel-peer-info',
    env('INCL_SENTINEL_PEER_INFO'),
    of('includeSentinelPeers'),
    false,
    'true',
    true,
    'false',
  ],
  [
    'exclude-latency-histogram-metrics',
    env('EXCLUDE_LATENCY_HISTOGRAM_METRICS'),
    of('excludeLatencyHistogram'),
    false,
    'true',
    true,
    'false',
  ],
  ['hash-key-names', env('HASH_KEY_NAMES'), of('hashKeyNames'), false, 'true', true, 'false'],
  ['is-tile38', env('IS_TILE38'), of('isTile38'), false, 'true', true, 'false'],
  [
    'append-instance-role-label',
    env('APPEND_INSTANCE_ROLE_LABEL'),
    of('appendInstanceRoleLabel'),
    false,
    'true',
    true,
    'false',
  ],
  [
    'config-command',
    env('CONFIG_COMMAND'),
    of('configCommand'),
    'CONFIG',
    'MYCONFIG',
    'MYCONFIG',
    '-',
  ],
  [
    'redis-only-metrics',
    env('REDIS_ONLY_METRICS'),
    of('redisOnlyMetrics'),
    false,
    'true',
    true,
    'false',
  ],
  [
    'include-go-runtime-metrics',
    env('INCLUDE_GO_RUNTIME_METRICS'),
    of('includeRuntimeMetrics'),
    false,
    'true',
    true,
    'false',
  ],
  [
    'check-keys',
    env('CHECK_KEYS'),
    of('checkKeys'),
    undefined,
    'db3=a*',
    [{ database: 3, pattern: 'a*' }],
    'b*',
  ],
  [
    'check-single-keys',
    env('CHECK_SINGLE_KEYS'),
    of('checkSingleKeys'),
    undefined,
    'db3=a*',
    [{ database: 3, pattern: 'a*' }],
    'b*',
  ],
  [
    'count-keys',
    env('COUNT_KEYS'),
    of('countKeys'),
    undefined,
    'db3=a*',
    [{ database: 3, pattern: 'a*' }],
    'b*',
  ],
  [
    'check-streams',
    env('CHECK_STREAMS'),
    of('checkStreams'),
    undefined,
    'db3=a*',
    [{ database: 3, pattern: 'a*' }],
    'b*',
  ],
  [
    'check-single-streams',
    env('CHECK_SINGLE_STREAMS'),
    of('checkSingleStreams'),
    undefined,
    'db3=a*',
    [{ database: 3, pattern: 'a*' }],
    'b*',
  ],
  [
    'streams-exclude-consumer-metrics',
    env('STREAMS_EXCLUDE_CONSUMER_METRICS'),
    of('streamsExcludeConsumers'),
    false,
    'true',
    true,
    'false',
  ],
  [
    'check-key-groups',
    env('CHECK_KEY_GROUPS'),
    of('checkKeyGroups'),
    undefined,
    '^(.*):,x',
    ['^(.*):', 'x'],
    'y',
  ],
  [
    'max-distinct-key-groups',
    env('MAX_DISTINCT_KEY_GROUPS'),
    of('maxDistinctKeyGroups'),
    100,
    '7',
    7,
    '8',
  ],
  [
    'check-keys-batch-size',
    env('CHECK_KEYS_BATCH_SIZE'),
    of('checkKeysBatchSize'),
    1000,
    '7',
    7,
    '8',
  ],
  [
    'disable-exporting-key-values',
    env('DISABLE_EXPORTING_KEY_VALUES'),
    of('disableKeyValues'),
    false,
    'true',
    true,
    'false',
  ],
  ['hash-key-names', env('HASH_KEY_NAMES'), of('hashKeyNames'), false, 'true', true, 'false'],
  ['missing-keys', env('MISSING_KEYS'), of('missingKeys'), 'zero', 'NONE', 'none', 'zero'],
  ['biggest-keys.count', env('BIGGEST_KEYS_COUNT'), of('biggestKeysCount'), 10, '7', 7, '8'],
  [
    'skip-checkkeys-for-role-master',
    env('SKIP_CHECKKEYS_FOR_ROLE_MASTER'),
    of('skipKeysOfMaster'),
    false,
    'true',
    true,
    'false',
  ],
  ['max-series', env('MAX_SERIES'), of('maxSeries'), 100_000, '7', 7, '8'],
  [
    'include-search-indexes-metrics',
    env('INCL_SEARCH_INDEXES_METRICS'),
    of('includeSearchIndexes'),
    false,
    'true',
    true,
    'false',
  ],
  [
    'check-search-indexes',
    env('CHECK_SEARCH_INDEXES'),
    ({ settings: { checkSearchIndexes } }) => Object(checkSearchIndexes).source,
    '.*',
    '^a',
    '^a',
    '^b',
  ],
  ['script', env('SCRIPT'), of('script'), undefined, 'a.lua,b.lua', ['a.lua', 'b.lua'], 'c.lua'],
  [
    'lua-script-read-only',
    env('LUA_SCRIPT_READ_ONLY'),
    of('scriptReadOnly'),
    true,
    'false',
    false,
    'true',
  ],
  ['scan.interval', 'SCAN_INTERVAL', of('scanInterval'), 60_000, '5m', 300_000, '6m'],
  ['scan.timeout', 'SCAN_TIMEOUT', of('scanTimeout'), 3_600_000, '5m', 300_000, '6m'],
  ['scan.max-age', 'SCAN_MAX_AGE', of('scanMaxAge'), undefined, '5m', 300_000, '6m'],
  ['scan.max-concurrent', 'SCAN_MAX_CONCURRENT', of('scanMaxConcurrent'), 2, '7', 7, '8'],
  ['scan.max-load', 'SCAN_MAX_LOAD', of('scanMaxLoad'), 0.05, '0.5', 0.5, '1'],
  [
    'connection-timeout',
    env('CONNECTION_TIMEOUT'),
    of('connectionTimeout'),
    15_000,
    '5m',
    300_000,
    '6m',
  ],
  [
    'disable-scrape-endpoint',
    env('DISABLE_SCRAPE_ENDPOINT'),
    of('disableScrapeEndpoint'),
    false,
    'true',
    true,
    'false',
  ],
  [
    'scrape.allow',
    env('SCRAPE_ALLOW'),
    ({ scrapeAllow }) => scrapeAllow?.map(({ names }) => names),
    undefined,
    'a.example.com,*.b',
    ['a.example.com', '*.b'],
    'c',
  ],
  ['scrape.max-targets', env('SCRAPE_MAX_TARGETS'), of('scrapeMaxTargets'), 100, '7', 7, '8'],
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
  [
    'tls-server-cert-file',
    env('TLS_SERVER_CERT_FILE'),
    of('tlsServerCertificateFile'),
    undefined,
    'a',
    'a',
    'b',
  ],
  [
    'tls-server-key-file',
    env('TLS_SERVER_KEY_FILE'),
    of('tlsServerKeyFile'),
    undefined,
    'a',
    'a',
    'b',
  ],
  [
    'tls-server-ca-cert-file',
    env('TLS_SERVER_CA_CERT_FILE'),
    of('tlsServerCaFile'),
    undefined,
    'a',
    'a',
    'b',
  ],
  [
    'tls-server-min-version',
    env('TLS_SERVER_MIN_VERSION'),
    of('tlsServerMinVersion'),
    'TLSv1.2',
    'TLS1.3',
    'TLSv1.3',
    'TLS1.1',
  ],
  [
    'basic-auth-username',
    env('BASIC_AUTH_USERNAME'),
    of('basicAuthUsername'),
    undefined,
    'a',
    'a',
    'b',
  ],
  [
    'basic-auth-password',
    env('BASIC_AUTH_PASSWORD'),
    (config) => config.basicAuthPassword?.reveal(),
    undefined,
    'one two',
    'one two',
    'three',
  ],
  [
    'basic-auth-hash-password',
    env('BASIC_AUTH_HASH_PASSWORD'),
    (config) => config.basicAuthHashPassword?.reveal(),
    undefined,
    bcryptHash,
    bcryptHash,
    bcryptHash.replace('$2y$', '$2b$'),
  ],
  ['shard.total', env('SHARD_TOTAL'), (config) => config.shard?.total, undefined, '9', 9, '8'],
  ['shard.index', env('SHARD_INDEX'), (config) => config.shard?.index, undefined, '7', 7, 'pod-2'],
  ['scan.on', 'SCAN_ON', of('scanOn'), 'all', 'replica', 'replica', 'master'],
  ['debug', env('DEBUG'), level, 'info', 'true', 'debug', 'false'],
  ['collect.memory', env('COLLECT_MEMORY'), has('memory'), true, 'false', false, 'true'],
  [
    'collect.latency-histogram',
    env('COLLECT_LATENCY_HISTOGRAM'),
    has('latency-histogram'),
    true,
    'false',
    false,
    'true',
  ],
]

/** What some do not do without. */
const companions: Readonly<Record<string, readonly string[]>> = {
  'tls-server-ca-cert-file': ['--tls-server-cert-file=a'],
  'tls-server-min-version': ['--tls-server-cert-file=a'],
  'basic-auth-username': ['--basic-auth-password=p'],
  'basic-auth-password': ['--basic-auth-username=u'],
  'basic-auth-hash-password': ['--basic-auth-username=u'],
  'web.protect-probes': ['--web.config.file=a'],
  'shard.index': ['--shard.total=9'],
}

// As from a socket unit of systemd.
const handedOver = { LISTEN_PID: '0', LISTEN_FDS: '1' }

describe.each(rows)('--%s (%s)', (flag, variable, read, byDefault, given, expected, other) => {
  const config = async (args: readonly string[], environment: Record<string, string> = {}) => {
    const isGiven = args.length > 0 || Object.values(environment).some((text) => text !== '')
    return await read(
      configured([...args, ...(isGiven ? (companions[flag] ?? []) : [])], {
        ...handedOver,
        ...environment,
      }),
    )
  }

  test('has its default', async () => {
    expect(await config([])).toEqual(byDefault)
  })

  test('is read from the environment', async () => {
    expect(await config([], { [variable]: given })).toEqual(expected)
  })

  test.each([
    ['two dashes and an equals sign', [`--${flag}=${given}`]],
    ['two dashes and a blank', [`--${flag}`, given]],
    ['one dash and an equals sign', [`-${flag}=${given}`]],
    ['one dash and a blank', [`-${flag}`, given]],
  ])('is read from the command line with %s', async (_name, args) => {
    expect(await config(args)).toEqual(expected)
  })

  test('on the command line beats the environment', async () => {
    expect(await config([`--${flag}=${given}`], { [variable]: other })).toEqual(expected)
  })

  test('is read from the variable with the prefix', async () => {
    expect(
      await config([], { [`REDIS_EXPORTER_${variable.replace(/^REDIS_EXPORTER_/, '')}`]: given }),
    ).toEqual(expected)
  })

  test('counts as absent when the variable is empty', async () => {
    expect(await config([], { [variable]: '' })).toEqual(byDefault)
  })
})

test('the table above knows every flag and every variable that collectors do not declare', () => {
  const ours = Object.values<Option>(options)
  const all = Object.values(allOptions(allCollectors))
  const flags = new Set(rows.map(([flag]) => flag))
  const variables = new Set(rows.map(([, variable]) => variable))

  expect(ours.flatMap((one) => one.flags).filter((flag) => !flags.has(flag))).toEqual([])
  expect(ours.flatMap(({ env }) => env).filter((variable) => !variables.has(variable))).toEqual([])
  const known = new Set(all.flatMap((one) => one.flags))
  expect([...flags].filter((flag) => !known.has(flag))).toEqual([])
})

test.each([['REDIS_EXPORTER_NAMESPACE', 'NAMESPACE', 'one', namespace, 'two', 'one']] as const)(
  '%s beats %s',
  (first, second, value, read, other, expected) => {
    expect(read(configured([], { [first]: value, [second]: other }))).toBe(expected)
  },
)

function of(key: string): (config: Config) => unknown {
  return ({ settings, ...config }) => ({ ...settings, ...config })[key]
}

function env(name: string): string {
  return `REDIS_EXPORTER_${name}`
}

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

function namespace(config: Config): unknown {
  return config.namespace
}

function port({ listenAddresses }: Config): unknown {
  return listenAddresses.map((one) => ('port' in one ? one.port : 'no port')).join()
}

function path({ metricsPath }: Config): unknown {
  return metricsPath
}

function level({ log }: Config): unknown {
  return log.level
}

function has(name: string): (config: Config) => unknown {
  return ({ settings }) => settings[switchOf(name)]
}
