import { afterEach, describe, expect, test } from 'vitest'
import {
  createTopologies,
  type DiscoverySettings,
  type Topologies,
} from '../../src/discovery/topologies.ts'
import { planFleet } from '../../src/fleet/plan-fleet.ts'
import type { Command, Reply } from '../../src/redis/command.ts'
import type { WantedTarget } from '../../src/targets/wanted-target.ts'
import { changingSource } from '../support/changing-source.ts'
import { eventually } from '../support/eventually.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { sentinelSettings } from '../support/sentinel-views.ts'
import { wantedTarget } from '../support/wanted-target.ts'

type Settings = DiscoverySettings & { readonly checkKeys: string }
type Target = WantedTarget<Settings>

const lead = (
  url: string,
  discover: Settings['discover'],
  checkKeys = '',
  fields: Partial<Target> = {},
): Target => {
  const settings = { ...sentinelSettings, clusterDiscoverHostnames: false, discover, checkKeys }
  return wantedTarget(url, settings, fields)
}

const sentinel = (host: string, checkKeys = '', fields: Partial<Target> = {}) =>
  lead(`redis://${host}:26379`, 'sentinel', checkKeys, fields)
const clusterNode = (host: string, checkKeys = '', fields: Partial<Target> = {}) =>
  lead(`redis://${host}`, 'cluster', checkKeys, fields)

const node = (id: string, role: string) => [
  ...['id', id, 'port', 6379, 'ip', id, 'endpoint', id],
  ...['role', role, 'replication-offset', 1, 'health', 'online'],
]

const instance = (name: string, flags: string, port: string) => [
  ...['name', name, 'runid', name, 'ip', name, 'port', port, 'flags', flags, 'quorum', '2'],
]

const answers: Readonly<Record<string, Reply>> = {
  'CLUSTER SHARDS': [
    ['slots', [0, 16383], 'nodes', [node('a', 'master'), node('b', 'replica')]],
  ] as Reply,
  'SENTINEL MYID': '',
  'SENTINEL MASTERS': [instance('m', 'master', '6379')],
  'SENTINEL REPLICAS m': [instance('r', 'slave', '6379')],
  'SENTINEL SENTINELS m': [],
}

function reply(kind: string, command: Command): Reply {
  if (command[0] === 'INFO') return `redis_version:7.0.0\r\nredis_mode:${kind}\r\n`
  return answers[command.join(' ')] ?? 'OK'
}

let open: Topologies<Settings> | undefined
afterEach(() => open?.stop())

/** A cluster of a and b, and Sentinels that watch the master m and its replica r. */
async function found(...leads: readonly Target[]) {
  const source = changingSource(...leads)
  const topologies = createTopologies<Settings>({
    sources: [source],
    connect({ settings }) {
      let state: 'opened' | 'kept' = 'opened'
      return {
        async open() {
          const was = state
          state = 'kept'
          return was
        },
        send: (commands) => commands.map(async (command) => reply(settings.discover, command)),
        drop: () => undefined,
      }
    },
    subscribe: () => ({ close: () => undefined }),
    maximumAgeMilliseconds: 300_000,
    clock: fakeClock(),
    log: recordedLog().log,
  })
  open = topologies
  await eventually(() => expect(topologies.state().lastSuccess).toBeDefined())
  const before = topologies.wanted()
  /** What the fleet does at once when these lead to others, by addresses. */
  const planFor = (...next: readonly Target[]) => {
    source.want(...next)
    const { start, stop, change } = planFleet(before, [topologies.wanted()])
    return {
      start: start.map(({ address }) => address),
      stop: stop.map(({ address }) => address),
      change: change.map(({ to }) => `${to.address} ${to.settings.checkKeys}`),
    }
  }
  return { topologies, planFor }
}

describe('what was found stays, before there is another answer', () => {
  test('when one more Sentinel is configured like the others', async () => {
    const { planFor } = await found(sentinel('s1'), sentinel('s2'))

    expect(planFor(sentinel('s1'), sentinel('s2'), sentinel('s3'))).toEqual({
      start: ['redis://s3:26379'],
      stop: [],
      change: [],
    })
  })

  test('when Sentinels get other settings, which all get that were found', async () => {
    const { planFor } = await found(sentinel('s1'))

    expect(planFor(sentinel('s1', 'db0=*'))).toEqual({
      start: [],
      stop: [],
      change: ['redis://s1:26379 db0=*', 'redis://m:6379 db0=*', 'redis://r:6379 db0=*'],
    })
  })

  test('when the seed of a cluster gets other settings, which all nodes get', async () => {
    const { planFor } = await found(clusterNode('a'))

    expect(planFor(clusterNode('a', 'db0=*'))).toEqual({
      start: [],
      stop: [],
      change: ['redis://a:6379 db0=*', 'redis://b:6379 db0=*'],
    })
  })

  test('when another node of the cluster takes the place of the seed', async () => {
    const { planFor } = await found(clusterNode('a'))

    expect(planFor(clusterNode('b'))).toEqual({ start: [], stop: [], change: [] })
  })

  test('and so do its figures', async () => {
    const { topologies, planFor } = await found(clusterNode('a'), sentinel('s1'))
    planFor(clusterNode('a', 'db0=*'), sentinel('s1', 'db0=*'))

    expect(topologies.clusters().map(({ topology }) => topology)).toEqual(['redis://a:6379'])
    expect(topologies.deployments().map(({ topology }) => topology)).toEqual(['redis://s1:26379'])
  })

  test('with when it was found', async () => {
    const { topologies, planFor } = await found(clusterNode('a'))
    const { lastSuccess } = topologies.state()
    planFor(clusterNode('a', 'db0=*'))

    expect(topologies.state()).toEqual({ failure: undefined, lastSuccess })
  })
})

test('a changed lead keeps its place among the others: what the first of them wants counts', async () => {
  const { topologies, planFor } = await found(clusterNode('a'), sentinel('s1'))
  planFor(clusterNode('a', 'db0=*'), sentinel('s1'))

  expect(topologies.wanted().map(({ address }) => address)).toEqual([
    ...['redis://a:6379', 'redis://b:6379'],
    ...['redis://s1:26379', 'redis://m:6379', 'redis://r:6379'],
  ])
})

describe('a lead that comes later', () => {
  test('does not make what is known pending', async () => {
    const { topologies, planFor } = await found(clusterNode('a'))
    const state = topologies.state()
    planFor(clusterNode('a'), sentinel('s1'))

    expect(topologies.state()).toEqual(state)
  })

  test('does not either where nothing led to others', async () => {
    const { topologies, planFor } = await found(lead('redis://a', 'none'))
    planFor(sentinel('s1'))

    expect(topologies.state()).toEqual({ failure: undefined, lastSuccess: fakeClock().wall() })
  })
})

test('of two that lead to a cluster by the same address, the first counts', async () => {
  const { topologies } = await found(clusterNode('a', 'db0=*'), clusterNode('a', 'db1=*'))

  expect(topologies.wanted().map(({ settings }) => settings.checkKeys)).toEqual(['db0=*', 'db0=*'])
})

test('of two Sentinels by the same address, the first counts', async () => {
  const { topologies } = await found(
    sentinel('s1', '', { name: 'first' }),
    sentinel('s1', '', { name: 'second' }),
  )

  expect(topologies.wanted().map(({ name }) => name)).toEqual([
    ...['first', 'redis://m:6379', 'redis://r:6379'],
  ])
})
