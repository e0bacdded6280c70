import { describe, expect, test } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { collectorOptions, options } from '../../src/config/options.ts'
import { configured, someCollectors } from '../support/configured.ts'

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

const rows: readonly Row[] = [
  ['redis.addr', 'REDIS_ADDR', host, 'localhost', 'redis://one:7000', 'one', 'redis://two'],
  ['redis.url', 'REDIS_URL', host, 'localhost', 'redis://one:7000', 'one', 'redis://two'],
  ['redis.user', 'REDIS_USER', user, undefined, 'exporter', 'exporter', 'somebody'],
  ['redis.password', 'REDIS_PASSWORD', password, undefined, 'hunter2', 'hunter2', 'other'],
  ['poll.interval', 'POLL_INTERVAL', (config) => config.pollInterval, 15_000, '7s', 7_000, '8s'],
  ['poll.timeout', 'POLL_TIMEOUT', (config) => config.pollTimeout, 10_000, '3s', 3_000, '4s'],
  ['poll.max-age', 'POLL_MAX_AGE', (config) => config.pollMaxAge, 45_000, '1m', 60_000, '2m'],
  ['namespace', 'REDIS_EXPORTER_NAMESPACE', namespace, 'redis', 'valkey', 'valkey', 'other'],
  ['namespace', 'NAMESPACE', namespace, 'redis', 'valkey', 'valkey', 'other'],
  ['web.listen-address', env('WEB_LISTEN_ADDRESS'), port, 9121, '127.0.0.1:80', 80, ':81'],
  ['web.telemetry-path', env('WEB_TELEMETRY_PATH'), path, '/metrics', '/redis', '/redis', '/other'],
  ['log-level', env('LOG_LEVEL'), level, 'info', 'ERROR', 'error', 'warn'],
  ['log-format', env('LOG_FORMAT'), (config) => config.log.format, 'txt', 'json', 'json', 'txt'],
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

describe.each(rows)('--%s (%s)', (flag, variable, read, byDefault, given, expected, other) => {
  const config = (args: readonly string[], environment: Record<string, string> = {}) =>
    read(configured(args, environment))

  test('has its default', () => {
    expect(config([])).toEqual(byDefault)
  })

  test('is read from the environment', () => {
    expect(config([], { [variable]: given })).toEqual(expected)
  })

  test.each([
    ['two dashes and an equals sign', [`--${flag}=${given}`]],
    ['two dashes and a blank', [`--${flag}`, given]],
    ['one dash and an equals sign', [`-${flag}=${given}`]],
    ['one dash and a blank', [`-${flag}`, given]],
  ])('is read from the command line with %s', (_name, args) => {
    expect(config(args)).toEqual(expected)
  })

  test('on the command line beats the environment', () => {
    expect(config([`--${flag}=${given}`], { [variable]: other })).toEqual(expected)
  })

  test('counts as absent when the variable is empty', () => {
    expect(config([], { [variable]: '' })).toEqual(byDefault)
  })
})

test('the table above knows every flag and every variable', () => {
  const all = [...Object.values(options), ...Object.values(collectorOptions(someCollectors))]

  expect(new Set(rows.map(([flag]) => flag))).toEqual(new Set(all.flatMap(({ flags }) => flags)))
  expect(new Set(rows.map(([, variable]) => variable))).toEqual(
    new Set(all.flatMap(({ env }) => env)),
  )
})

test.each([
  ['REDIS_URL', 'REDIS_ADDR', 'redis://one', host, 'redis://two', 'one'],
  ['REDIS_EXPORTER_NAMESPACE', 'NAMESPACE', 'one', namespace, 'two', 'one'],
] as const)('%s beats %s', (first, second, value, read, other, expected) => {
  expect(read(configured([], { [first]: value, [second]: other }))).toBe(expected)
})

function env(name: string): string {
  return `REDIS_EXPORTER_${name}`
}

function host({ address: { endpoint } }: Config): unknown {
  return endpoint.kind === 'tcp' ? endpoint.host : endpoint
}

function user({ credentials }: Config): unknown {
  return credentials.user
}

function password({ credentials }: Config): unknown {
  return credentials.password?.reveal()
}

function namespace(config: Config): unknown {
  return config.namespace
}

function port({ listenAddress }: Config): unknown {
  return listenAddress.port
}

function path({ metricsPath }: Config): unknown {
  return metricsPath
}

function level({ log }: Config): unknown {
  return log.level
}

function has(name: string): (config: Config) => unknown {
  return ({ collectors }) => collectors.has(name)
}
