import { afterEach, describe, expect, test } from 'vitest'
import {
  createTopologies,
  type DiscoverySettings,
  type Topologies,
} from '../../src/discovery/topologies.ts'
import { planFleet } from '../../src/fleet/plan-fleet.ts'
import type { Connection } from '../../src/redis/connection.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import { secret } from '../../src/targets/secret.ts'
import type { WantedTarget } from '../../src/targets/wanted-target.ts'
import { changingSource } from '../support/changing-source.ts'
import { eventually } from '../support/eventually.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { fakeSentinels } from '../support/fake-sentinels.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { sentinelSettings } from '../support/sentinel-views.ts'
import { wantedTarget } from '../support/wanted-target.ts'

type Settings = DiscoverySettings & { readonly checkKeys: string }
type Target = WantedTarget<Settings>

/** A target of a host whose password is called like it, unless it has another one. */
function target(discover: Settings['discover'], host: string, fields: Partial<Target> = {}) {
  const settings = {
    ...{ ...sentinelSettings, pollInterval: 100 },
    ...{ clusterDiscoverHostnames: false, discover, checkKeys: '' },
  }
  const port = discover === 'sentinel' ? 26_379 : 6_379
  return wantedTarget<Settings>(`redis://${host}:${port}`, settings, {
    login: withPassword(`of-${host}`),
    ...fields,
  })
}

const withPassword = (password: string) =>
  fixedLogin({ password: secret(password) }, `settings ${password}`)

const node = (host: string, fields?: Partial<Target>) => target('cluster', host, fields)
const sentinel = (host: string, fields?: Partial<Target>) => target('sentinel', host, fields)
const alone = (host: string, fields?: Partial<Target>) => target('none', host, fields)

const clusterOf = (...hosts: readonly string[]) => [
  [
    ...['slots', [0, 16_383], 'nodes'],
    hosts.map((host, index) => [
      ...['id', host, 'port', 6_379, 'ip', host, 'endpoint', host],
      ...['role', index === 0 ? 'master' : 'replica', 'replication-offset', 1, 'health', 'online'],
    ]),
  ],
]

/** Nodes of one cluster, each with a password of its own. */
function fakeNodes(hosts: readonly string[], passwords: Readonly<Record<string, string>>) {
  return (host: string, password: string | undefined): Connection => {
    let state: 'opened' | 'kept' = 'opened'
    return {
      async open() {
        if (password !== (passwords[host] ?? `of-${host}`))
          throw redisError('auth', 'the password is wrong (WRONGPASS)')
        const was = state
        state = 'kept'
        return was
      },
      send: (commands) =>
        commands.map(async ([command]) => {
          if (command === 'INFO') return 'redis_version:7.0.0\r\nredis_mode:cluster\r\n'
          return command === 'CLUSTER' ? clusterOf(...hosts) : 'OK'
        }),
      drop() {
        state = 'opened'
      },
    }
  }
}

const watchedBy = (...sentinels: readonly string[]) => ({
  masters: { orders: { host: 'm', replicas: ['r'], sentinels } },
})

let open: Topologies<Settings> | undefined
afterEach(() => open?.stop())

/** The nodes a, b and c of a cluster; the Sentinels s1 and s2 of the master m and its replica r. */
function followed(...first: readonly Target[]) {
  const logins = new Set<string>()
  const passwords: Record<string, string> = {}
  const nodes = fakeNodes(['a', 'b', 'c'], passwords)
  const sentinels = fakeSentinels({ s1: watchedBy('s2'), s2: watchedBy('s1') })
  const source = changingSource(...first)

  function connect({ endpoint, login }: Target): Connection {
    const host = endpoint.kind === 'tcp' ? endpoint.host : ''
    const made: Promise<Connection> = login.read().then(({ password }) => {
      logins.add(`${host} ${password?.reveal()}`)
      return host.startsWith('s') ? sentinels({ endpoint }) : nodes(host, password?.reveal())
    })
    return {
      open: async () => (await made).open(),
      send: (commands) => commands.map(async (command) => (await made).send([command])[0] ?? null),
      drop: (error) => void made.then((one) => one.drop(error)),
    }
  }

  const topologies = createTopologies<Settings>({
    sources: [source],
    connect,
    subscribe(one) {
      connect(one)
      return { close: () => undefined }
    },
    maximumAgeMilliseconds: 300_000,
    clock: fakeClock(),
    log: recordedLog().log,
  })
  open = topologies
  /** What runs, by addresses. */
  const running = () =>
    new Map(planFleet([], [topologies.wanted()]).start.map((one) => [one.address, one]))
  const shown: string[] = []
  topologies.onChange(() => {
    for (const [address, { name, login }] of running())
      shown.push(`${address} ${name} ${login.from}`)
  })
  return {
    topologies,
    source,
    passwords,
    running,
    /** Each host with each password that it was ever asked with. */
    logins: () => [...logins].sort(),
    /** Each address with each name and login that ever was to run. */
    shown: () => [...new Set(shown)].sort(),
    found: (count: number) => eventually(() => expect(running().size).toBe(count)),
  }
}

const states = ({ topologies }: ReturnType<typeof followed>) =>
  topologies.states().map(({ name, failure }) => [name, failure])

describe('nodes of a cluster that are each configured', () => {
  const seeds = [
    node('a', { name: 'one', labels: { zone: 'a' } }),
    node('b', { name: 'two', labels: { zone: 'b' } }),
    node('c', { name: 'three', labels: { zone: 'c' } }),
  ]
  const [a, b, c] = seeds

  test.each([
    ['in their order', seeds],
    ['in another one', [...seeds].reverse()],
  ])('are from the first moment what is configured, whichever finds them: %s', async (_, given) => {
    const all = followed(...given)
    await eventually(() => expect(states(all)).toHaveLength(3))

    expect(all.shown()).toEqual([
      'redis://a:6379 one settings of-a',
      'redis://b:6379 two settings of-b',
      'redis://c:6379 three settings of-c',
    ])
    expect(new Set(all.running().values())).toEqual(new Set(given))
  })

  test('are asked with their own passwords alone, which all answer', async () => {
    const all = followed(...seeds)
    await eventually(() => expect(states(all)).toHaveLength(3))

    await eventually(() => expect(all.logins()).toEqual(['a of-a', 'b of-b', 'c of-c']))
    expect(states(all)).toEqual([
      ['cluster one', undefined],
      ['cluster two', undefined],
      ['cluster three', undefined],
    ])
    expect(all.topologies.clusters().map(({ topology }) => topology)).toEqual(['one'])
  })

  test('leave to the first that leads there what is not configured', async () => {
    const all = followed(...[b, a].flatMap((one) => one ?? []))
    await all.found(3)

    expect(all.running().get('redis://c:6379')).toMatchObject({
      name: 'redis://c:6379',
      labels: { zone: 'b' },
      login: { from: 'settings of-b' },
    })
  })

  test('are what is configured once they are, and what is found once they are not', async () => {
    const [first, other] = [a, c].flatMap((one) => one ?? [])
    if (!first || !other) throw new Error('there are two')
    const all = followed(first)
    await all.found(3)
    all.source.want(first, other)
    expect(all.running().get('redis://c:6379')).toBe(other)
    all.source.want(first)

    await eventually(() => expect(all.running().get('redis://c:6379')?.name).toBe('redis://c:6379'))
  })

  test('are asked anew by whoever found them when they get another password', async () => {
    const all = followed(...seeds)
    await eventually(() => expect(all.logins()).toHaveLength(3))
    const changed = node('b', { ...b, login: withPassword('new') })
    all.passwords.b = 'new'
    all.source.want(...[a, changed, c].flatMap((one) => one ?? []))

    await eventually(() => expect(all.logins()).toContain('b new'))
    expect(all.running().get('redis://b:6379')).toBe(changed)
    expect(all.logins().filter((login) => login.startsWith('b '))).toEqual(['b new', 'b of-b'])
  })

  test('are asked as themselves also where they lead nowhere', async () => {
    const direct = alone('b', { labels: { zone: 'b' } })
    const all = followed(...[a, direct].flatMap((one) => one ?? []))
    await all.found(3)

    await eventually(() => expect(all.logins()).toContain('b of-b'))
    expect(all.logins()).not.toContain('b of-a')
    expect(all.running().get('redis://b:6379')).toBe(direct)
  })
})

describe('Sentinels that are each configured', () => {
  const seeds = [
    sentinel('s1', { name: 's-east', labels: { zone: 'east' } }),
    sentinel('s2', { name: 's-west', labels: { zone: 'west' } }),
  ]

  test.each([
    ['in their order', seeds, 'east'],
    ['in another one', [...seeds].reverse(), 'west'],
  ])(
    'are what is configured, and what they watch is as the first has it: %s',
    async (_, given, zone) => {
      const all = followed(...given)
      await eventually(() => expect(states(all)).toHaveLength(2))

      expect(all.shown().filter((one) => one.startsWith('redis://s'))).toEqual([
        'redis://s1:26379 s-east settings of-s1',
        'redis://s2:26379 s-west settings of-s2',
      ])
      expect(all.running().get('redis://m:6379')?.labels).toEqual({ zone })
      await eventually(() => expect(all.logins()).toEqual(['s1 of-s1', 's2 of-s2']))
    },
  )

  test('are called in what is told of both as they are called themselves, and it is told once', async () => {
    const all = followed(...seeds)
    await eventually(() => expect(states(all)).toHaveLength(2))

    await eventually(() =>
      expect(
        all.topologies
          .deployments()
          .map(({ topology, masters }) => [
            topology,
            masters.map(({ name, agreement }) => [name, [...agreement.keys()]]),
          ]),
      ).toEqual([['s-east', [['orders', ['s-east', 's-west']]]]]),
    )
  })

  test('are two that lead there where one is configured twice, and told of once', async () => {
    const all = followed(sentinel('s1'), sentinel('s1', { labels: { team: 'web' } }))
    await eventually(() => expect(all.topologies.states()).toHaveLength(1))
    await all.found(4)

    await eventually(() =>
      expect(all.topologies.deployments().map(({ masters }) => masters.length)).toEqual([1]),
    )
    expect(all.running().get('redis://s1:26379')?.labels).toEqual({})
  })
})
