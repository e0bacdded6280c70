import { describe, expect, test } from 'vitest'
import { distinctDeployments, deploymentsOf as sortedOut } from '../../src/discovery/deployments.ts'
import type { SeenMaster } from '../../src/discovery/sentinel-view.ts'
import { sawMaster, sentinelSettings } from '../support/sentinel-views.ts'
import { wantedTarget } from '../support/wanted-target.ts'

const says = (host: string, id: string, ...masters: readonly SeenMaster[]) => ({
  id,
  run: id,
  masters,
  target: wantedTarget(`redis://${host}:26379`, sentinelSettings),
})

type Said = ReturnType<typeof says>

const deploymentsOf = (said: readonly Said[], ids: Readonly<Record<string, string>> = {}) =>
  sortedOut(
    said,
    ['c', 'a', 'b'].map((host) => says(host, host).target),
    new Map(Object.entries(ids)),
  ).map(({ topology, masters }) => ({ topology, masters }))

const peers = (...ids: readonly string[]) =>
  Object.fromEntries(ids.map((id) => [id, `${id}:26379`]))

const old = (...ids: readonly string[]) =>
  sawMaster('orders', '10.0.0.1:6379', { sentinels: peers(...ids), epoch: 3 })
const moved = (...ids: readonly string[]) =>
  sawMaster('orders', '10.0.0.2:6379', { sentinels: peers(...ids), epoch: 4, quorum: 3 })

describe('Sentinels that know each other', () => {
  test('are one deployment, with the master of those that heard of the last failover', () => {
    const said = [
      says('a', 'a', old('b', 'c')),
      says('b', 'b', moved('a', 'c')),
      says('c', 'c', old('a', 'b')),
    ]

    expect(deploymentsOf(said)).toEqual([
      {
        topology: 'redis://c:26379',
        masters: [
          {
            ...{ name: 'orders', address: 'redis://10.0.0.2:6379', quorum: 3, sentinels: 3 },
            replicas: [],
            agreement: new Map([
              ['redis://a:26379', false],
              ['redis://b:26379', true],
              ['redis://c:26379', false],
            ]),
          },
        ],
      },
    ])
  })

  test('believe the one that leads a failover last: it names the old master until the failover ends', () => {
    const leading = { ...old('b', 'c'), epoch: 4, isOkay: false }
    const said = [
      says('a', 'a', leading),
      says('b', 'b', moved('a', 'c')),
      says('c', 'c', old('a', 'b')),
    ]
    const addresses = (some: readonly Said[]) =>
      deploymentsOf(some).flatMap(({ masters }) => masters.map(({ address }) => address))

    expect(addresses(said)).toEqual(['redis://10.0.0.2:6379'])
    expect(addresses(said.toReversed())).toEqual(['redis://10.0.0.2:6379'])
    expect(addresses(said.slice(0, 1))).toEqual(['redis://10.0.0.1:6379'])
    // It sends those that ask it for the master to the new one, so it does not disagree.
    expect(deploymentsOf(said)[0]?.masters[0]?.agreement).toEqual(
      new Map([
        ['redis://a:26379', true],
        ['redis://b:26379', true],
        ['redis://c:26379', false],
      ]),
    )
  })

  test('disagree where they were configured with different masters, and never had a failover', () => {
    const first = sawMaster('orders', '10.0.0.1:6379', { sentinels: peers('b') })
    const other = sawMaster('orders', '10.0.0.2:6379', { sentinels: peers('a') })
    const said = [says('a', 'a', first), says('b', 'b', { ...other, isOkay: false })]

    expect([...(deploymentsOf(said)[0]?.masters[0]?.agreement.values() ?? [])]).toEqual([
      true,
      false,
    ])
  })

  test('are one also where only a third one knows both', () => {
    const said = [says('a', 'a', old()), says('b', 'b', old()), says('c', 'c', old('a', 'b'))]

    expect(deploymentsOf(said)).toHaveLength(1)
  })

  test('are known by where they are where they tell no ids', () => {
    expect(deploymentsOf([says('a', '', old()), says('b', '', old('a'))])).toHaveLength(1)
  })
})

test('a deployment is called by the first that is configured, also while that is down', () => {
  const topologies = (ids: Readonly<Record<string, string>>) =>
    deploymentsOf([says('a', 'a', old('x'))], ids).map(({ topology }) => topology)

  expect(topologies({ x: 'redis://c:26379' })).toEqual(['redis://c:26379'])
  expect(topologies({})).toEqual(['redis://a:26379'])
})

test('those that do not know each other may have masters of the same name', () => {
  const said = [says('a', 'a', old('x')), says('b', 'b', moved('y'))]

  expect(
    deploymentsOf(said).map(({ topology, masters }) => [topology, masters[0]?.address]),
  ).toEqual([
    ['redis://a:26379', 'redis://10.0.0.1:6379'],
    ['redis://b:26379', 'redis://10.0.0.2:6379'],
  ])
})

describe('Sentinels that know each other by another master', () => {
  const shared = (...ids: readonly string[]) =>
    sawMaster('shared', '10.0.0.9:6379', { sentinels: peers(...ids) })
  const sorted = (...said: readonly Said[]) =>
    deploymentsOf(said).map(({ topology, masters }) => [
      topology,
      ...masters.map(({ name, address }) => `${name} ${address}`),
    ])

  test('may each have a master of the same name, which agree with themselves', () => {
    const said = [says('a', 'a', old(), shared('b')), says('b', 'b', moved(), shared('a'))]

    expect(sorted(...said)).toEqual([
      ['redis://a:26379', 'orders redis://10.0.0.1:6379', 'shared redis://10.0.0.9:6379'],
      ['redis://b:26379', 'orders redis://10.0.0.2:6379'],
    ])
    expect(
      deploymentsOf(said).map(({ masters }) => [...(masters[0]?.agreement.entries() ?? [])]),
    ).toEqual([[['redis://a:26379', true]], [['redis://b:26379', true]]])
  })

  test('may be several of each', () => {
    const said = [
      says('a', 'a', old('x'), shared('b', 'x', 'y')),
      says('b', 'b', moved('y'), shared('a', 'x', 'y')),
      says('x', 'x', old('a')),
      says('y', 'y', moved('b')),
    ]

    expect(sorted(...said)).toEqual([
      ['redis://a:26379', 'orders redis://10.0.0.1:6379', 'shared redis://10.0.0.9:6379'],
      ['redis://b:26379', 'orders redis://10.0.0.2:6379'],
    ])
  })

  test('have one master where one of them knows the other by that, too', () => {
    expect(
      sorted(says('a', 'a', old(), shared('b')), says('b', 'b', moved('a'), shared('a'))),
    ).toEqual([['redis://a:26379', 'orders redis://10.0.0.2:6379', 'shared redis://10.0.0.9:6379']])
  })

  test('have one master where one names as a replica whom the other has for the master', () => {
    const after = sawMaster('orders', '10.0.0.2:6379', { replicas: ['10.0.0.1:6379'], epoch: 4 })

    expect(sorted(says('a', 'a', old(), shared('b')), says('b', 'b', after, shared('a')))).toEqual([
      ['redis://a:26379', 'orders redis://10.0.0.2:6379', 'shared redis://10.0.0.9:6379'],
    ])
  })

  test('have one master where they tell no ids, and are known by where they are', () => {
    expect(
      sorted(says('a', '', old('b'), shared('b')), says('b', '', moved(), shared('a'))),
    ).toHaveLength(1)
  })
})

test('the replicas of a master are in order, those that are well before the others', () => {
  const places = ['10.0.0.3:6379', '10.0.0.2:6379', '10.0.0.1:6379']
  const seen = sawMaster('orders', '10.0.0.9:6379', { replicas: places })
  const isOkay = ({ host }: { host: string }) => host !== '10.0.0.1'
  const replicas = seen.replicas.map((one) => ({ ...one, isOkay: isOkay(one) }))
  const [deployment] = deploymentsOf([says('a', 'a', { ...seen, replicas })])

  expect(deployment?.masters[0]?.replicas).toEqual([
    'redis://10.0.0.2:6379',
    'redis://10.0.0.3:6379',
    'redis://10.0.0.1:6379',
  ])
})

test('nobody says nothing', () => {
  expect(deploymentsOf([])).toEqual([])
  expect(deploymentsOf([says('a', 'a')])).toEqual([{ topology: 'redis://a:26379', masters: [] }])
})

describe('deployments to which Sentinels lead that are configured differently', () => {
  const master = (name: string, ...ids: readonly string[]) =>
    sawMaster(name, '10.0.0.1:6379', { sentinels: peers(...ids) })

  const told = (...said: readonly Said[]) =>
    distinctDeployments(said.flatMap((one) => sortedOut([one], [one.target], new Map()))).map(
      ({ topology, masters }) => [topology, masters.map(({ name }) => name)],
    )

  test.each([
    ['the same Sentinel leads to both', says('b', 'b', old())],
    ['Sentinels lead there that know each other', says('a', 'a', old('b'))],
  ])('are one where %s, and the first counts', (_, other) => {
    expect(told(says('b', 'b', old()), other)).toEqual([['redis://b:26379', ['orders']]])
  })

  test('are one each where Sentinels have no id in common, though they announce the same addresses', () => {
    const announced = (id: string) =>
      sawMaster('orders', '10.0.0.1:6379', { sentinels: { [id]: '172.17.0.2:26379' } })

    expect(told(says('a', 'a', announced('x')), says('b', 'b', announced('y')))).toEqual([
      ['redis://a:26379', ['orders']],
      ['redis://b:26379', ['orders']],
    ])
  })

  test('have those masters left that the first was not asked for', () => {
    const first = says('a', 'a', master('orders', 'b'))
    const second = says('b', 'b', master('orders', 'a'), master('sessions', 'a'))

    expect(told(first, second)).toEqual([
      ['redis://a:26379', ['orders']],
      ['redis://b:26379', ['sessions']],
    ])
  })

  test('are told by their addresses where Sentinels know no ids', () => {
    expect(told(says('a', '', old()), says('a', '', old()), says('b', '', old()))).toEqual([
      ['redis://a:26379', ['orders']],
      ['redis://b:26379', ['orders']],
    ])
  })
})
