import { describe, expect, test } from 'vitest'
import { options } from '../../src/config/options.ts'
import { configured } from '../support/configured.ts'

const connectionTimeout =
  '--connection-timeout (REDIS_EXPORTER_CONNECTION_TIMEOUT) has no effect: poll.timeout covers connecting too'
const isCluster =
  '--is-cluster (REDIS_EXPORTER_IS_CLUSTER) has no effect: a node of a cluster is known by what it answers'

describe('a flag without effect', () => {
  test.each<[string[], Record<string, string>, string[]]>([
    [['--connection-timeout=5s'], {}, [connectionTimeout]],
    [['--is-cluster'], {}, [isCluster]],
    [['--is-cluster=false', '--connection-timeout=15s'], {}, [connectionTimeout, isCluster]],
    [[], { REDIS_EXPORTER_IS_CLUSTER: 'true' }, [isCluster]],
    [['--is-cluster'], { REDIS_EXPORTER_IS_CLUSTER: 'true' }, [isCluster]],
  ])('that is given (%j, %j) is told with the reason', (args, env, expected) => {
    expect(configured(args, env).warnings).toEqual(expected)
  })

  test.each<[string[], Record<string, string>]>([
    [[], {}],
    [[], { REDIS_EXPORTER_IS_CLUSTER: '' }],
    [['--export-client-port', '--poll.timeout=5s'], {}],
  ])('that is not given (%j, %j) is not told', (args, env) => {
    expect(configured(args, env).warnings).toEqual([])
  })

  test('says so in its help, and no other flag does', () => {
    const silent = Object.values(options).filter(({ help }) => /\bno effect\b/i.test(help))

    expect(silent.map(({ flags: [flag] }) => flag)).toEqual(['connection-timeout', 'is-cluster'])
    expect(silent.every((option) => 'noEffect' in option)).toBe(true)
  })
})
