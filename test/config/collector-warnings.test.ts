import { describe, expect, test } from 'vitest'
import { readConfig } from '../../src/config/read-config.ts'
import { allCollectors } from '../support/registry.ts'

const warningsFor = (args: readonly string[], env: Record<string, string> = {}) => {
  const request = readConfig({ args, env, collectors: allCollectors })
  return request.kind === 'run' ? request.config.warnings : [JSON.stringify(request)]
}

describe('a setting of collectors that are switched off', () => {
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
