import { compatibilityOptions } from './compatibility-options.ts'
import { keyspaceOptions } from './keyspace-options.ts'
import type { Option, Options } from './option.ts'
import { optionalMetricsOptions } from './optional-metrics-options.ts'
import { redisConnectionOptions } from './redis-connection-options.ts'
import { refusedOptions } from './refused-options.ts'
import {
  address,
  duration,
  filePath,
  flag,
  listenAddress,
  metricsPath,
  namespace,
  oneOf,
  plainText,
  secretText,
  wholeSeconds,
} from './value-kinds.ts'

const second = 1000
const hour = 3600 * second

export const options = {
  address: {
    flags: ['redis.addr', 'redis.url'],
    env: ['REDIS_URL', 'REDIS_ADDR'],
    group: 'Redis',
    help: 'Address of the server to watch',
    kind: address,
    default: 'redis://localhost:6379',
    secret: true,
  },
  user: {
    flags: ['redis.user'],
    env: ['REDIS_USER'],
    group: 'Redis',
    help: 'User to log in as; wins over the one in the address',
    kind: plainText,
    default: undefined,
  },
  password: {
    flags: ['redis.password'],
    env: ['REDIS_PASSWORD'],
    group: 'Redis',
    help: 'Password; wins over the one in the address',
    kind: secretText,
    default: undefined,
    secret: true,
  },
  passwordFile: {
    flags: ['redis.password-file'],
    env: ['REDIS_PASSWORD_FILE'],
    group: 'Redis',
    help: 'File with the password, or with a JSON object of addresses and passwords; read for each connection; redis.password wins over it',
    kind: filePath,
    default: undefined,
  },
  ...redisConnectionOptions,
  pollInterval: {
    flags: ['poll.interval'],
    env: ['POLL_INTERVAL'],
    group: 'Polling',
    help: 'How often Redis is asked; best at most half the scrape interval',
    kind: wholeSeconds(second, hour),
    default: '15s',
  },
  pollTimeout: {
    flags: ['poll.timeout'],
    env: ['POLL_TIMEOUT'],
    group: 'Polling',
    help: 'One deadline for connecting, logging in and every reply',
    kind: duration(10, hour),
    default: undefined,
    defaultHelp: 'the smaller of 10s and the poll interval',
  },
  pollMaxAge: {
    flags: ['poll.max-age'],
    env: ['POLL_MAX_AGE'],
    group: 'Polling',
    help: 'An older snapshot is served as down; longer than the poll interval',
    kind: duration(second, 24 * hour),
    default: undefined,
    defaultHelp: '3 poll intervals',
  },
  ...optionalMetricsOptions,
  ...keyspaceOptions,
  namespace: {
    flags: ['namespace'],
    env: ['REDIS_EXPORTER_NAMESPACE', 'NAMESPACE'],
    group: 'Serving',
    help: 'What the name of every metric begins with',
    firstVariableCounts: true,
    kind: namespace,
    default: 'redis',
  },
  listenAddress: {
    flags: ['web.listen-address'],
    env: ['REDIS_EXPORTER_WEB_LISTEN_ADDRESS'],
    group: 'Serving',
    help: 'Where to listen; all interfaces without a host',
    kind: listenAddress,
    default: ':9121',
  },
  metricsPath: {
    flags: ['web.telemetry-path'],
    env: ['REDIS_EXPORTER_WEB_TELEMETRY_PATH'],
    group: 'Serving',
    help: 'Path of the metrics',
    kind: metricsPath,
    default: '/metrics',
  },
  logLevel: {
    flags: ['log-level'],
    env: ['REDIS_EXPORTER_LOG_LEVEL'],
    group: 'Logging',
    help: 'The least severe level to log: debug, info, warn, error',
    kind: oneOf(['trace', 'debug', 'info', 'warn', 'warning', 'error', 'fatal']),
    default: 'INFO',
  },
  logFormat: {
    flags: ['log-format'],
    env: ['REDIS_EXPORTER_LOG_FORMAT'],
    group: 'Logging',
    help: 'Log lines for people (txt) or for programs (json)',
    kind: oneOf(['txt', 'json'], { text: 'txt' }),
    default: 'txt',
  },
  debug: {
    flags: ['debug'],
    env: ['REDIS_EXPORTER_DEBUG'],
    group: 'Logging',
    help: 'The same as --log-level=debug',
    kind: flag,
    default: 'false',
  },
  ...compatibilityOptions,
  ...refusedOptions,
} as const satisfies Options

/** One flag for each collector, on unless the collector is one to ask for. */
export function collectorOptions(
  collectors: readonly { readonly name: string; readonly help: string; readonly optIn?: boolean }[],
): Readonly<Record<string, Option<boolean>>> {
  return Object.fromEntries(
    collectors.map(({ name, help, optIn }) => [
      name,
      {
        flags: [`collect.${name}`],
        env: [`REDIS_EXPORTER_COLLECT_${name.toUpperCase().replaceAll('-', '_')}`],
        group: 'Collectors',
        help: `Collect ${help}`,
        kind: flag,
        default: optIn ? 'false' : 'true',
      },
    ]),
  )
}
