import { afterEach, describe, expect, test } from 'vitest'
import type { Source } from '../../src/discovery/source.ts'
import {
  createTopologies,
  type DiscoverySettings,
  type Topologies,
  withoutLeads,
} from '../../src/discovery/topologies.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import type { WantedTarget } from '../../src/targets/wanted-target.ts'
import { eventually } from '../support/eventually.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { sentinelSettings } from '../support/sentinel-views.ts'
import { wantedTarget } from '../support/wanted-target.ts'

type Targets = readonly WantedTarget<DiscoverySettings>[]

const settingsOf = (discover: DiscoverySettings['discover']): DiscoverySettings => ({
  ...sentinelSettings,
  clusterDiscoverHostnames: false,
  discover,
})

const target = (url: string, discover: DiscoverySettings['discover'], fields = {}) =>
  wantedTarget(url, settingsOf(discover), fields)

/** A source whose targets a test replaces. */
function givenSource(first: Targets) {
  let wanted = first
  let listener = () => undefined as undefined
  const source: Source<DiscoverySettings> = {
    name: 'given',
    wanted: () => wanted,
    onChange(next) {
      listener = () => void next()
      return () => {
        listener = () => undefined
      }
    },
    state: () => ({ failure: undefined, lastSuccess: 0 }),
    stop: () => undefined,
  }
  return {
    source,
    give(next: Targets) {
      wanted = next
      listener()
    },
  }
}

let open: Topologies<DiscoverySettings> | undefined
afterEach(() => open?.stop())

/** Topologies behind connections of which none works. */
function unreachable(first: Targets) {
  const asked: string[] = []
  const { source, give } = givenSource(first)
  const failure = redisError('connection', 'no connection (ECONNREFUSED)')
  const topologies = createTopologies({
    sources: [source],
    connect({ address }) {
      asked.push(address)
      return {
        open: () => Promise.reject(failure),
        send: () => [],
        drop: () => undefined,
      }
    },
    subscribe: () => ({ close: () => undefined }),
    maximumAgeMilliseconds: 1_000,
    clock: fakeClock(),
    log: recordedLog().log,
  })
  open = topologies
  return { topologies, asked, give }
}

const addresses = (targets: Targets) => targets.map(({ address }) => address)

test('what asks for no discovery leads nowhere', () => {
  const { topologies, asked } = unreachable([target('redis://a', 'none')])

  expect(topologies.wanted()).toEqual([])
  expect(topologies.state()).toEqual({ failure: undefined, lastSuccess: fakeClock().wall() })
  expect(asked).toEqual([])
})

test('how each is found is told by its name once it was asked, and once where two have one name', async () => {
  const { topologies } = unreachable([
    target('redis://a', 'cluster', { name: 'same' }),
    target('redis://b', 'cluster', { name: 'same' }),
    target('redis://c', 'sentinel'),
  ])
  expect(topologies.states()).toEqual([])

  await eventually(() =>
    expect(topologies.states()).toEqual([
      {
        name: 'cluster same',
        failure: expect.stringContaining('ECONNREFUSED'),
        lastSuccess: undefined,
      },
      {
        name: 'sentinel redis://c:6379',
        failure: expect.stringContaining('ECONNREFUSED'),
        lastSuccess: undefined,
      },
    ]),
  )
})

test('what leads to others is wanted only by what it leads to', () => {
  const direct = target('redis://a', 'none')
  const { source } = givenSource([direct, target('redis://b', 'cluster')])

  expect(withoutLeads(source).wanted()).toEqual([direct])
})

describe('a topology that cannot be reached', () => {
  test('is told by name, and what leads there is watched itself', async () => {
    const { topologies } = unreachable([
      target('redis://a', 'cluster'),
      target('redis://s1', 'sentinel'),
      target('redis://s2', 'sentinel'),
    ])

    await eventually(() =>
      expect(addresses(topologies.wanted())).toEqual([
        'redis://a:6379',
        'redis://s1:6379',
        'redis://s2:6379',
      ]),
    )
    expect(topologies.state().failure).toBe(
      [
        'cluster redis://a:6379: no node tells of its cluster (connection: no connection (ECONNREFUSED)); nothing else is watched than what is configured',
        'sentinel redis://s1:6379: no Sentinel answers (connection: no connection (ECONNREFUSED)); nothing else is watched than what is configured',
      ].join('; '),
    )
  })

  test('is pending until that is known', () => {
    const { topologies } = unreachable([target('redis://a', 'cluster')])

    expect(topologies.wanted()).toEqual([])
    expect(topologies.state()).toEqual({ failure: undefined, lastSuccess: undefined })
  })
})

describe('when what is configured changes', () => {
  test('a topology comes, and goes, with the target that leads there', async () => {
    const { topologies, give } = unreachable([target('redis://a', 'cluster')])
    await eventually(() => expect(addresses(topologies.wanted())).toEqual(['redis://a:6379']))
    give([target('redis://a', 'cluster'), target('redis://b', 'cluster')])
    await eventually(() =>
      expect(addresses(topologies.wanted())).toEqual(['redis://a:6379', 'redis://b:6379']),
    )
    give([])

    expect(topologies.wanted()).toEqual([])
  })

  test('one whose target stays as it is does not notice', async () => {
    const { topologies, asked, give } = unreachable([target('redis://a', 'cluster')])
    await eventually(() => expect(topologies.wanted()).toHaveLength(1))
    give([target('redis://a', 'cluster')])
    give([target('redis://a', 'cluster')])
    await eventually(() => expect(topologies.wanted()).toHaveLength(1))

    expect(asked).toEqual(['redis://a:6379'])
  })

  test.each([
    ['labels', { labels: { team: 'b' } }],
    ['a name', { name: 'orders' }],
    ['a login', { login: { from: 'elsewhere', read: async () => ({}) } }],
  ])('one whose target gets %s begins anew', async (_, fields) => {
    const { topologies, asked, give } = unreachable([target('redis://a', 'cluster')])
    await eventually(() => expect(topologies.wanted()).toHaveLength(1))
    give([target('redis://a', 'cluster', fields)])

    await eventually(() => expect(asked).toEqual(['redis://a:6379', 'redis://a:6379']))
  })

  test('Sentinels of other labels are another deployment', async () => {
    const { topologies } = unreachable([
      target('redis://s1', 'sentinel'),
      target('redis://s2', 'sentinel', { labels: { team: 'b' } }),
    ])

    await eventually(() =>
      expect(topologies.state().failure?.match(/^sentinel|; sentinel/g)).toHaveLength(2),
    )
  })
})

describe('hundreds of topologies', () => {
  const clusters = Array.from({ length: 100 }, (_, index) => target(`redis://c${index}`, 'cluster'))
  const turn = () => new Promise(setImmediate)

  test('are not opened and asked in one turn of the event loop', async () => {
    const { topologies, asked } = unreachable(clusters)
    expect(topologies.state()).toEqual({ failure: undefined, lastSuccess: undefined })
    for (let turns = 0; turns < 10; turns += 1) await turn()
    expect(asked.length).toBeLessThan(20)

    await eventually(() => expect(topologies.wanted()).toHaveLength(100), { within: 30_000 })
    expect(asked).toHaveLength(100)
  })

  test('that stay as they are are not compared at length when others come', async () => {
    const { topologies, asked, give } = unreachable([])
    let read = 0
    const watched = clusters.map((one) => ({
      ...one,
      labels: Object.defineProperty({}, 'team', {
        enumerable: true,
        get() {
          read += 1
          return 'a'
        },
      }),
    }))
    give(watched)
    await eventually(() => expect(asked).toHaveLength(100), { within: 30_000 })
    read = 0
    give([...watched, target('redis://another', 'cluster')])
    await eventually(() => expect(topologies.wanted()).toHaveLength(101), { within: 30_000 })

    expect(read).toBe(0)
  })

  test('are asked no more when they are stopped while they are opened', async () => {
    const { topologies, asked } = unreachable(clusters)
    await turn()
    topologies.stop()
    const before = asked.length
    for (let turns = 0; turns < 100; turns += 1) await turn()

    expect(asked.length).toBe(before)
    expect(topologies.wanted().length).toBeLessThan(100)
  })

  test('have twenty of their failures told, and how many more there are', async () => {
    const { topologies } = unreachable(clusters)
    await eventually(() => expect(topologies.wanted()).toHaveLength(100), { within: 30_000 })
    const told = topologies.state().failure?.split('; ') ?? []

    expect(told.filter((one) => one.startsWith('cluster '))).toHaveLength(20)
    expect(told.at(-1)).toBe('and 80 more')
  })
})
