import { afterEach, describe, expect, test } from 'vitest'
import { type ClusterNodes, createClusterNodes } from '../../src/discovery/cluster-nodes.ts'
import {
  ownAddresses,
  sharedAddresses,
  sharedFailure,
} from '../../src/discovery/shared-addresses.ts'
import { eventually } from '../support/eventually.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { answersOf, fakeConnection } from '../support/fake-connection.ts'
import { recordedLog } from '../support/recorded-log.ts'
import { wantedTarget } from '../support/wanted-target.ts'

const [a, b] = ['redis://a:6379', 'redis://b:6379']
const addresses = new Map([
  ['n1', b],
  ['n2', a],
  ['n3', b],
  ['n4', 'redis://c:6379'],
])

describe('an address that several nodes announce', () => {
  test('is told with how many do', () => {
    expect([...sharedAddresses(addresses)]).toEqual([[b, 2]])
  })

  test('is of none of them', () => {
    expect([...ownAddresses(addresses).keys()]).toEqual(['n2', 'n4'])
  })

  test('is told with what to do', () => {
    expect(sharedFailure(sharedAddresses(addresses), false)).toBe(
      '2 nodes announce one address, redis://b:6379: one of them at most is watched; let each announce its own (cluster-announce-ip, -port or -hostname)',
    )
  })

  test('may be one to which a map leads', () => {
    expect(sharedFailure(sharedAddresses(addresses), true)).toMatch(
      / -hostname\), and let --discover\.map lead to each by its own$/,
    )
  })

  test('is no failure where there is none', () => {
    expect(sharedFailure(sharedAddresses(new Map([['n1', a]])), true)).toBeUndefined()
  })

  test('is told of in one order, and of many the first alone', () => {
    const many = Array.from({ length: 7 }, (_, index) => `redis://h${6 - index}:6379`)
    const twice = new Map(many.flatMap((one) => [[`1 ${one}`, one] as const, [`2 ${one}`, one]]))

    expect(sharedFailure(sharedAddresses(twice), false)).toMatch(
      /^2 nodes announce one address, redis:\/\/h0:6379, 2 another, redis:\/\/h1:6379, .*h4:6379, and so do those of 2 more: /,
    )
  })
})

describe('a cluster whose nodes announce one address', () => {
  let open: ClusterNodes<object> | undefined
  afterEach(() => open?.stop())

  const line = (id: string, port: number, slots: string) =>
    `${id} 127.0.0.1:${port}@1${port} master - 0 0 1 connected ${slots}\n`
  const shared = line('n1', 7001, '0-99') + line('n2', 7001, '100-199') + line('n3', 7003, '200')
  const apart = line('n1', 7001, '0-99') + line('n2', 7002, '100-199') + line('n3', 7003, '200')

  function watched(nodes: string) {
    const settings = {
      ...{ pollInterval: 60_000, pollTimeout: 1_000, setClientName: false },
      ...{ clusterDiscoverHostnames: false, discoverMap: [] },
    }
    const answering = (reply: string) =>
      answersOf({ info: 'redis_mode:cluster\r\n', replies: { 'CLUSTER NODES': reply } })
    let answer = answering(nodes)
    const { log, shown } = recordedLog()
    const clock = fakeClock()
    const cluster = createClusterNodes({
      seed: wantedTarget('redis://127.0.0.1:7001', settings),
      connect: () =>
        fakeConnection({
          // As servers before Redis 7.
          answer: (command) =>
            command.startsWith('INFO')
              ? 'redis_version:6.2.0\r\nredis_mode:cluster\r\n'
              : answer(command),
        }),
      maximumAgeMilliseconds: 10_000,
      clock,
      log,
    })
    open = cluster
    return {
      ...cluster,
      clock,
      texts: () => shown().map(({ msg }) => msg),
      answer(reply: string) {
        answer = answering(reply)
        cluster.refresh()
      },
    }
  }

  test('fails, and is watched all the same', async () => {
    const { state, wanted } = watched(shared)
    await eventually(() => expect(state().failure).toMatch(/^2 nodes announce one address/))

    expect(wanted().map(({ address }) => address)).toEqual([
      'redis://127.0.0.1:7001',
      'redis://127.0.0.1:7003',
    ])
  })

  test('knows of none of these nodes who answers there', async () => {
    const { cluster } = watched(shared)
    await eventually(() => expect(cluster()).toBeDefined())

    expect([...(cluster()?.addresses.keys() ?? [])]).toEqual(['n3'])
  })

  test('is warned of once, and works again once each has its own', async () => {
    const { state, texts, answer, wanted } = watched(shared)
    await eventually(() => expect(state().failure).toBeDefined())
    answer(shared + line('n4', 7004, '201'))
    await eventually(() => expect(wanted()).toHaveLength(3))
    answer(apart)
    await eventually(() => expect(state().failure).toBeUndefined())

    expect(texts()).toEqual([
      expect.stringMatching(/^discovery failed: 2 nodes announce one address/),
      'discovery works again',
    ])
  })
})
