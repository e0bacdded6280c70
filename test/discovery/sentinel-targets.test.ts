import { describe, expect, test } from 'vitest'
import {
  createReach,
  namedMembers,
  type SentinelAnswer,
  sentinelTargets,
} from '../../src/discovery/sentinel-targets.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import { type SeenOptions, sawMaster, seen, sentinelSettings } from '../support/sentinel-views.ts'
import { wantedTarget } from '../support/wanted-target.ts'

const seeds = ['redis://:hunter2@s1:26379', 'redis://s2:26379'].map((url) =>
  wantedTarget(url, sentinelSettings, { labels: { team: 'a' } }),
)
const [first, second] = seeds

type Settings = typeof sentinelSettings

const answer = (target = first, options: SeenOptions = {}): SentinelAnswer<Settings> => {
  if (!target) throw new Error('the test has no such seed')
  return { ...seen(options), target }
}

const addresses = (all: readonly { readonly address: string }[]) =>
  all.map(({ address }) => address)

const orders = sawMaster('orders', '10.0.0.1:6379', {
  replicas: ['10.0.0.2:6379', '10.0.0.3:6379'],
  sentinels: { s2: '10.0.0.12:26379', s3: '10.0.0.13:26379' },
})

describe('a deployment', () => {
  const answers = [answer(first, { id: 's1', masters: [orders] })]

  test('has the Sentinels that are configured and those that they name', () => {
    const { sentinels } = sentinelTargets(seeds, answers, new Map([['s1', 'redis://s1:26379']]))

    expect(addresses(sentinels)).toEqual([
      'redis://s1:26379',
      'redis://s2:26379',
      'redis://10.0.0.12:26379',
      'redis://10.0.0.13:26379',
    ])
  })

  test('has a Sentinel once that is configured by another address, once that tells its id', () => {
    const ids = new Map([
      ['s1', 'redis://s1:26379'],
      ['s2', 'redis://s2:26379'],
    ])

    expect(addresses(sentinelTargets(seeds, answers, ids).sentinels)).toEqual([
      'redis://s1:26379',
      'redis://s2:26379',
      'redis://10.0.0.13:26379',
    ])
  })

  test('has its masters and replicas, as all who answer name them', () => {
    const moved = sawMaster('orders', '10.0.0.2:6379', { replicas: ['10.0.0.4:6379'] })
    const both = [...answers, answer(second, { masters: [moved] })]

    expect(addresses(sentinelTargets(seeds, both, new Map()).data)).toEqual([
      'redis://10.0.0.1:6379',
      'redis://10.0.0.2:6379',
      'redis://10.0.0.3:6379',
      'redis://10.0.0.4:6379',
    ])
  })

  test('gives each what the Sentinel has that names it', () => {
    const { data } = sentinelTargets(seeds, answers, new Map())

    expect(data[0]).toMatchObject({
      name: 'redis://10.0.0.1:6379',
      labels: { team: 'a' },
      settings: sentinelSettings,
      login: first?.login,
    })
  })

  test('lets the data be logged in to otherwise than the Sentinels', () => {
    const login = { ...fixedLogin({}, 'sentinel'), forNode: () => fixedLogin({}, 'data') }
    const own = seeds.map((seed) => ({ ...seed, login }))
    const [target] = own
    const found = sentinelTargets(own, [answer(target, { masters: [orders] })], new Map())

    expect(found.sentinels.map((one) => one.login.from)).toEqual(Array(4).fill('sentinel'))
    expect(found.data.map((one) => one.login.from)).toEqual(Array(3).fill('data'))
  })

  test('is reached by TLS where its Sentinel is, and where the map leads', () => {
    const settings = {
      ...sentinelSettings,
      discoverMap: [
        {
          announced: { host: '10.0.0.1', port: 6379 },
          reachable: { host: 'nat.example', port: 16379 },
        },
      ],
    }
    const target = wantedTarget('rediss://s1:26379', settings)
    const { data } = sentinelTargets([target], [answer(target, { masters: [orders] })], new Map())

    expect(addresses(data)).toEqual([
      'rediss://10.0.0.2:6379',
      'rediss://10.0.0.3:6379',
      'rediss://nat.example:16379',
    ])
  })
})

describe('where servers are that Sentinels name', () => {
  const endpoint = (tls: boolean) => ({ kind: 'tcp', host: 's1', port: 26_379, tls }) as const
  const settings = { discoverMap: undefined }

  test('is read once of each place, however many name it', () => {
    const answers = [answer(first, { masters: [orders] }), answer(second, { masters: [orders] })]
    const reach = createReach()
    const places = [...namedMembers(answers)].map(([by, member]) => reach(by, member))

    expect(places).toHaveLength(10)
    expect(new Set(places).size).toBe(5)
  })

  test('follows from how the Sentinel is spoken to, and from its map', () => {
    const reach = createReach()
    const member = { host: 'a', port: 1 }
    const map = [{ announced: { host: 'a', port: 1 }, reachable: { host: 'b', port: 2 } }]
    const asked = [
      { endpoint: endpoint(false), settings },
      { endpoint: endpoint(true), settings },
      { endpoint: endpoint(false), settings: { discoverMap: map } },
    ]

    expect(asked.map((by) => reach(by, member)?.address)).toEqual([
      'redis://a:1',
      'rediss://a:1',
      'redis://b:2',
    ])
  })
})
