import type { Config } from '../../src/config/read-config.ts'
import { env, type OptionCase, of } from './option-case.ts'

const bcryptHash = '$2y$10$Y/8.9HmI6nRONIDCMTCjZeW95j47wjK4wch4C2JSvmO2XhZXTMckK'

/** What concerns the exporter itself: its polls, its page, its protection and its log. */
export const exporterOptionCases: readonly OptionCase[] = [
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
  ['namespace', 'REDIS_EXPORTER_NAMESPACE', of('namespace'), 'redis', 'valkey', 'valkey', 'other'],
  ['namespace', 'NAMESPACE', of('namespace'), 'redis', 'valkey', 'valkey', 'other'],
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
  ['max-series', env('MAX_SERIES'), of('maxSeries'), 100_000, '7', 7, '8'],
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
  ['debug', env('DEBUG'), level, 'info', 'true', 'debug', 'false'],
]

function port({ listenAddresses }: Config): unknown {
  return listenAddresses.map((one) => ('port' in one ? one.port : 'no port')).join()
}

function path({ metricsPath }: Config): unknown {
  return metricsPath
}

function level({ log }: Config): unknown {
  return log.level
}
