import { describe, expect, test } from 'vitest'
import { allOptions } from '../../src/config/all-options.ts'
import { options } from '../../src/config/options.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Option } from '../../src/options/option.ts'
import { configured } from '../support/configured.ts'
import { allCollectors } from '../support/registry.ts'

const connectionTimeout =
  '--connection-timeout (REDIS_EXPORTER_CONNECTION_TIMEOUT) has no effect: poll.timeout covers connecting too'

describe('a variable that nobody knows', () => {
  test.each([
    ['REDIS_EXPORTER_POLLINTERVAL', '; did you mean POLL_INTERVAL?'],
    ['REDIS_EXPORTER_INTERVAL', '; see --help'],
    ['REDIS_EXPORTER_INCLUDE_SYSTEM_METRICS', '; did you mean REDIS_EXPORTER_INCL_SYSTEM_METRICS?'],
    ['REDIS_EXPORTER_LOGLEVEL', '; did you mean REDIS_EXPORTER_LOG_LEVEL?'],
    ['REDIS_EXPORTER_CHECK_KEY', '; did you mean REDIS_EXPORTER_CHECK_KEYS?'],
    ['REDIS_EXPORTER_ADDR', '; did you mean REDIS_ADDR?'],
    ['REDIS_EXPORTER_LISTEN_ADDRESS', '; did you mean REDIS_EXPORTER_WEB_LISTEN_ADDRESS?'],
    ['REDIS_EXPORTER_REDIS_PASSWORD_PATH', '; see --help'],
    ['REDIS_EXPORTER_MOOD', '; see --help'],
    ['REDIS_EXPORTER_PORT', '; see --help'],
  ])('is told with the one that was meant, and without its value: %s', (name, meant) => {
    expect(configured([], { [name]: 'hunter2' }).warnings).toEqual([
      `${name} is set and not known${meant}`,
    ])
  })

  test('is none of those that Kubernetes makes of a service', () => {
    const env = {
      REDIS_EXPORTER_SERVICE_HOST: '10.0.0.1',
      REDIS_EXPORTER_SERVICE_PORT: '9121',
      REDIS_EXPORTER_SERVICE_PORT_METRICS: '9121',
      REDIS_EXPORTER_PORT: 'tcp://10.0.0.1:9121',
      REDIS_EXPORTER_PORT_9121_TCP: 'tcp://10.0.0.1:9121',
      REDIS_EXPORTER_PORT_9121_TCP_PROTO: 'tcp',
      REDIS_EXPORTER_PORT_9121_TCP_PORT: '9121',
      REDIS_EXPORTER_PORT_9121_TCP_ADDR: '10.0.0.1',
      REDIS_EXPORTER_CACHE_SERVICE_HOST: '10.0.0.2',
      REDIS_EXPORTER_CACHE_PORT: 'tcp://10.0.0.2:80',
    }

    expect(configured([], env).warnings).toEqual([])
  })

  test('is not told when it is empty, or has another prefix', () => {
    expect(configured([], { REDIS_EXPORTER_MOOD: '', REDIS_MOOD: 'good' }).warnings).toEqual([])
  })
})

describe('what protects the connection', () => {
  const args = ['--tls-ca-cert-file=ca.pem', '--skip-tls-verification']

  test.each(['redis://localhost', 'localhost:6380', 'unix:///run/redis.sock', 'tcp://localhost'])(
    'is told to have no effect where %s asks for no TLS',
    (address) => {
      expect(configured([...args, `--redis.addr=${address}`]).warnings).toEqual([
        '--tls-ca-cert-file (REDIS_EXPORTER_TLS_CA_CERT_FILE) has no effect: the address asks for no TLS; rediss:// does',
        '--skip-tls-verification (REDIS_EXPORTER_SKIP_TLS_VERIFICATION) has no effect: the address asks for no TLS; rediss:// does',
      ])
    },
  )

  test.each([
    [[...args, '--redis.addr=rediss://localhost']],
    [[...args, '--redis.addr=valkeys://localhost']],
    [['--skip-tls-verification=false', '--tls-ca-cert-file=']],
  ])('is not spoken of where it has its effect or asks for nothing: %j', (given) => {
    expect(configured(given).warnings).toEqual([])
  })
})

describe('a flag that needs another one', () => {
  test.each<[string[], string]>([
    [
      ['--export-client-port'],
      '--export-client-port (REDIS_EXPORTER_EXPORT_CLIENT_PORT) has no effect without --export-client-list',
    ],
    [
      ['--export-client-port', '--export-client-list=false'],
      '--export-client-port (REDIS_EXPORTER_EXPORT_CLIENT_PORT) has no effect without --export-client-list',
    ],
    [
      ['--check-search-indexes=^a'],
      '--check-search-indexes (REDIS_EXPORTER_CHECK_SEARCH_INDEXES) has no effect without --include-search-indexes-metrics',
    ],
    [
      ['--lua-script-read-only=false', '--script='],
      '--lua-script-read-only (REDIS_EXPORTER_LUA_SCRIPT_READ_ONLY) has no effect without --script',
    ],
    [
      ['--disable-exporting-key-values', '--count-keys=a*'],
      '--disable-exporting-key-values (REDIS_EXPORTER_DISABLE_EXPORTING_KEY_VALUES) has no effect without --check-keys or --check-single-keys',
    ],
    [
      ['--hash-key-names'],
      '--hash-key-names (REDIS_EXPORTER_HASH_KEY_NAMES) has no effect without --check-keys or --check-single-keys or --count-keys or --check-streams or --check-single-streams or --check-key-groups or --collect.biggest-keys or --collect.hotkeys',
    ],
    [
      ['--biggest-keys.count=5'],
      '--biggest-keys.count (REDIS_EXPORTER_BIGGEST_KEYS_COUNT) has no effect without --collect.biggest-keys',
    ],
    [
      ['--scan.max-load=0.5', '--script=a.lua'],
      '--scan.max-load (SCAN_MAX_LOAD) has no effect without --check-keys or --count-keys or --check-streams or --check-key-groups or --collect.biggest-keys',
    ],
  ])('is told to have no effect without it: %j', (args, expected) => {
    expect(configured(args).warnings).toEqual([expected])
  })

  test('is told where it is a variable, too', () => {
    const { warnings } = configured([], { REDIS_EXPORTER_REDACT_CONFIG_METRICS: 'false' })

    expect(warnings).toEqual([
      '--redact-config-metrics (REDIS_EXPORTER_REDACT_CONFIG_METRICS) has no effect without --include-config-metrics',
    ])
  })

  test.each<[string[], Record<string, string>]>([
    [['--export-client-port', '--export-client-list'], {}],
    [['--export-client-port'], { REDIS_EXPORTER_EXPORT_CLIENT_LIST: 'true' }],
    [['--disable-exporting-key-values', '--check-single-keys=a'], {}],
    [['--scan.timeout=5m', '--script=a.lua'], {}],
    [['--export-client-port=false', '--redact-config-metrics', '--check-search-indexes=.*'], {}],
    [['--scan.timeout=60m', '--scan.max-load=0.05'], {}],
    [['--scan.interval=5m'], {}],
  ])('is not spoken of where it has its effect or asks for nothing: %j, %j', (args, env) => {
    expect(configured(args, env).warnings).toEqual([])
  })

  test('names one that there is', () => {
    const all: readonly Option[] = Object.values(allOptions(allCollectors))
    const known = all.flatMap(({ flags }) => flags)
    const needed = all.flatMap(({ needs = [] }) => needs)

    expect(needed.filter((name) => !known.includes(name))).toEqual([])
  })
})

describe('a setting of collectors that are switched off', () => {
  const warningsFor = (args: readonly string[], env: Record<string, string> = {}) => {
    const request = readConfig({ args, env, collectors: allCollectors })
    return request.kind === 'run' ? request.config.warnings : [JSON.stringify(request)]
  }

  test.each<[string[], Record<string, string>, string[]]>([
    [
      ['--check-keys=a*', '--collect.check-keys=false'],
      {},
      ['--check-keys (REDIS_EXPORTER_CHECK_KEYS) has no effect with --collect.check-keys=false'],
    ],
    [
      ['--export-client-list', '--export-client-port'],
      { REDIS_EXPORTER_COLLECT_CLIENT_LIST: 'false' },
      [
        '--export-client-list (REDIS_EXPORTER_EXPORT_CLIENT_LIST) has no effect with --collect.client-list=false',
        '--export-client-port (REDIS_EXPORTER_EXPORT_CLIENT_PORT) has no effect with --collect.client-list=false',
      ],
    ],
    [
      [
        '--exclude-latency-histogram-metrics',
        '--collect.latency=0',
        '--collect.latency-histogram=f',
      ],
      {},
      [
        '--exclude-latency-histogram-metrics (REDIS_EXPORTER_EXCLUDE_LATENCY_HISTOGRAM_METRICS) has no effect with --collect.latency=false and --collect.latency-histogram=false',
      ],
    ],
  ])('is told to have no effect: %j %j', (args, env, expected) => {
    expect(warningsFor(args, env)).toEqual(expected)
  })

  test.each<string[][]>([
    [['--include-config-metrics', '--collect.config-metrics=false']],
    [['--exclude-latency-histogram-metrics', '--collect.latency=false']],
    [['--config-command=-', '--collect.config=false']],
    [['--check-keys=', '--collect.check-keys=false']],
    [['--hash-key-names', '--check-single-keys=a', '--count-keys=a', '--collect.count-keys']],
  ])('is not spoken of where others read it, or where it asks for nothing: %j', (args) => {
    expect(warningsFor(args)).toEqual([])
  })
})

describe('a collector that is switched on by name', () => {
  const warningsFor = (args: readonly string[], env: Record<string, string> = {}) => {
    const request = readConfig({ args, env, collectors: allCollectors })
    return request.kind === 'run' ? request.config.warnings : [JSON.stringify(request)]
  }

  test.each<[string[], Record<string, string>, string]>([
    [
      ['--collect.client-list'],
      {},
      '--collect.client-list (REDIS_EXPORTER_COLLECT_CLIENT_LIST) has no effect as it stands: it collects each client connection, from CLIENT LIST, with --export-client-list',
    ],
    [
      [],
      { REDIS_EXPORTER_COLLECT_MODULES: '1' },
      '--collect.modules (REDIS_EXPORTER_COLLECT_MODULES) has no effect as it stands: it collects modules that are loaded and what the Bloom and JSON modules tell, from INFO everything, with --include-modules-metrics',
    ],
    [
      ['--collect.check-keys=true', '--check-keys='],
      {},
      '--collect.check-keys (REDIS_EXPORTER_COLLECT_CHECK_KEYS) has no effect as it stands: it collects size, memory and value of the keys that match the patterns of --check-keys',
    ],
  ])('is told to collect nothing where nothing else asks for it: %j, %j', (args, env, expected) => {
    expect(warningsFor(args, env)).toEqual([expected])
  })

  test.each<[string[]]>([
    [['--collect.client-list', '--export-client-list']],
    [['--collect.client-list=false']],
    [['--collect.memory', '--collect.acl-log', '--collect.biggest-keys']],
    [['--collect.check-keys', '--check-keys=a*']],
  ])('is not spoken of where it collects, or is switched off: %j', (args) => {
    expect(warningsFor(args)).toEqual([])
  })
})

describe('masters that are skipped', () => {
  const skip = ['--check-keys=a*', '--skip-checkkeys-for-role-master']
  const told =
    '--skip-checkkeys-for-role-master (REDIS_EXPORTER_SKIP_CHECKKEYS_FOR_ROLE_MASTER) leaves no keys to look at where scan.on is master, as it is with --discover; give --scan.on=replica in its place'

  test.each([[['--scan.on=master']], [['--discover=cluster']], [['--is-cluster']]])(
    'are told where nothing else is looked at: %j',
    (args) => {
      expect(configured([...skip, ...args]).warnings).toEqual([told])
    },
  )

  test.each([[[]], [['--scan.on=replica']], [['--discover=sentinel', '--scan.on=all']]])(
    'are not told where replicas are looked at: %j',
    (args) => {
      expect(configured([...skip, ...args]).warnings).toEqual([])
    },
  )
})

describe('a user without a password', () => {
  const expected =
    'a user is given and no password: nobody is logged in, so the server takes us for its user default'

  test.each<[string[], Record<string, string>]>([
    [['--redis.user=exporter'], {}],
    [[], { REDIS_USER: 'exporter' }],
    [[], { REDIS_ADDR: 'redis://exporter:@localhost' }],
    [['--redis.user=exporter'], { REDIS_PASSWORD: '' }],
  ])('is told to log nobody in: %j, %j', (args, env) => {
    expect(configured(args, env).warnings).toEqual([expected])
  })

  test.each<Record<string, string>>([
    { REDIS_USER: 'exporter', REDIS_PASSWORD: 'hunter2' },
    { REDIS_USER: 'exporter', REDIS_ADDR: 'redis://:hunter2@localhost' },
    { REDIS_ADDR: 'redis://:@localhost' },
  ])('is not what %j gives', (env) => {
    expect(configured([], env).warnings).toEqual([])
  })
})

describe('a flag that was given more than once', () => {
  test.each([
    [['--poll.interval=1s', '--poll.interval=2s'], '--poll.interval (POLL_INTERVAL)'],
    [['--check-keys=a', '-check-keys=b'], '--check-keys (REDIS_EXPORTER_CHECK_KEYS)'],
    [['--debug', '--debug=false'], '--debug (REDIS_EXPORTER_DEBUG)'],
    [['--redis.password=hunter2', '--redis.password=hunter3'], '--redis.password (REDIS_PASSWORD)'],
  ])('with different values, as by %j, is told, and not the values', (args, title) => {
    const { warnings } = configured(args)

    expect(warnings.join()).not.toContain('hunter')
    expect(warnings.filter((text) => text.includes('more than once'))).toEqual([
      `${title} was given more than once with different values; the last one counts`,
    ])
  })

  test('counts as given last, so that defaults can be overridden', () => {
    expect(configured(['--poll.interval=1s', '--poll.interval=2s']).pollInterval).toBe(2_000)
  })

  test('with the same value is not told', () => {
    expect(configured(['--poll.interval=60', '--poll.interval=1m']).warnings).toEqual([])
  })
})

describe('the namespace', () => {
  test.each<[string[], Record<string, string>, string | undefined]>([
    [[], {}, undefined],
    [['--namespace=a'], { NAMESPACE: 'b' }, '--namespace'],
    [[], { NAMESPACE: 'b' }, 'NAMESPACE'],
    [[], { NAMESPACE: 'b', REDIS_EXPORTER_NAMESPACE: 'c' }, 'REDIS_EXPORTER_NAMESPACE'],
  ])('of %j and %j comes from %s', (args, env, from) => {
    expect(configured(args, env).namespaceFrom).toBe(from)
  })
})

describe('a flag without effect', () => {
  test.each<[string[], Record<string, string>, string[]]>([
    [['--connection-timeout=5s'], {}, [connectionTimeout]],
    [['--connection-timeout=15s'], {}, [connectionTimeout]],
    [[], { REDIS_EXPORTER_CONNECTION_TIMEOUT: '5s' }, [connectionTimeout]],
    [['--connection-timeout=5s'], { REDIS_EXPORTER_CONNECTION_TIMEOUT: '6s' }, [connectionTimeout]],
  ])('that is given (%j, %j) is told with the reason', (args, env, expected) => {
    expect(configured(args, env).warnings).toEqual(expected)
  })

  test.each<[string[], Record<string, string>]>([
    [[], {}],
    [[], { REDIS_EXPORTER_DISABLE_SCRAPE_ENDPOINT: '' }],
    [['--poll.timeout=5s'], {}],
  ])('that is not given (%j, %j) is not told', (args, env) => {
    expect(configured(args, env).warnings).toEqual([])
  })

  test('says so in its help, and no other flag does', () => {
    const silent = Object.values(options).filter(({ help }) => /\bno effect\b/i.test(help))

    expect(silent.map(({ flags: [flag] }) => flag)).toEqual(['connection-timeout'])
    expect(silent.every((option) => 'noEffect' in option)).toBe(true)
  })
})
