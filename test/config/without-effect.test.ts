import { describe, expect, test } from 'vitest'
import { allOptions } from '../../src/config/all-options.ts'
import { options } from '../../src/config/options.ts'
import type { Option } from '../../src/options/option.ts'
import { configured } from '../support/configured.ts'
import { allCollectors } from '../support/registry.ts'

const connectionTimeout =
  '--connection-timeout (REDIS_EXPORTER_CONNECTION_TIMEOUT) has no effect: poll.timeout covers connecting too'

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
