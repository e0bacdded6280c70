import { describe, expect, test } from 'vitest'
import {
  commonView,
  differingViews,
  disputedSlots,
  masterOf,
  nodeEndpoint,
  nodesOf,
  withAccount,
} from '../../src/discovery/cluster-view.ts'
import type { ClusterNode } from '../../src/redis/cluster-shard.ts'
import { type Endpoint, parseAddress } from '../../src/targets/address.ts'
import { parseAddressMap } from '../../src/targets/address-map.ts'
import { clusterNode, clusterShard, clusterView } from '../support/cluster-views.ts'

const endpoint = (text: string) => parseAddress(text)?.endpoint as Endpoint

function reached(
  fields: Partial<ClusterNode>,
  asked = 'redis://seed:1',
  hostnames = false,
  map = '',
) {
  return nodeEndpoint(clusterNode('m1', fields), {
    asked: endpoint(asked),
    hostnames,
    map: parseAddressMap(map) ?? [],
  })
}

describe('a node is reached', () => {
  test.each<[string, Partial<ClusterNode>, string, boolean, string, string]>([
    ['by its address', {}, 'redis://seed:1', false, '', 'redis://127.0.0.1:7001'],
    [
      'by TLS as it was asked',
      { tlsPort: 7101 },
      'rediss://seed:1',
      false,
      '',
      'rediss://127.0.0.1:7101',
    ],
    [
      'by TLS where it has nothing else',
      { port: undefined, tlsPort: 7101 },
      'seed:1',
      false,
      '',
      'rediss://127.0.0.1:7101',
    ],
    [
      'by its name where names are wanted',
      { hostname: 'a.example' },
      'seed:1',
      true,
      '',
      'redis://a.example:7001',
    ],
    ['by its address where it has no name', {}, 'seed:1', true, '', 'redis://127.0.0.1:7001'],
    [
      'by its name where it has no address',
      { ip: '', hostname: 'a' },
      'seed:1',
      false,
      '',
      'redis://a:7001',
    ],
    [
      'at the host that was asked where it knows none',
      { ip: '' },
      'seed:1',
      false,
      '',
      'redis://seed:7001',
    ],
    ['where the map leads', {}, 'seed:1', false, '127.0.0.1:7001=nat:17001', 'redis://nat:17001'],
    [
      'where the map leads from its name',
      { hostname: 'a' },
      'seed:1',
      true,
      'a=nat',
      'redis://nat:7001',
    ],
    ['by IPv6', { ip: '2001:db8::1' }, 'seed:1', false, '', 'redis://[2001:db8::1]:7001'],
  ])('%s', (_, fields, asked, hostnames, map, expected) => {
    expect(reached(fields, asked, hostnames, map)).toEqual(endpoint(expected))
  })

  test.each<[string, Partial<ClusterNode>, string]>([
    ['without any port', { port: undefined }, 'redis://seed:1'],
    ['in plain when it was asked by TLS', {}, 'rediss://seed:1'],
    ['at what is no host', { ip: 'user@evil' }, 'redis://seed:1'],
    ['at nothing by a socket', { ip: '' }, 'unix:///run/redis.sock'],
  ])('not %s', (_, fields, asked) => {
    expect(reached(fields, asked)).toBeUndefined()
  })
})

const down = (name: string) => clusterNode(name, { isReachable: false })

test('of two masters of a shard the one that is well is its master', () => {
  expect(masterOf(clusterShard([], down('m1'), 'm2'))?.id).toBe('m2')
  expect(masterOf(clusterShard([], down('m1'), 'r2'))?.id).toBe('m1')
  expect(masterOf(clusterShard([], 'r2'))).toBeUndefined()
})

test('a node that is named twice counts once', () => {
  expect(nodesOf(clusterView(clusterShard([], 'm1', 'r2'), clusterShard([], 'r2')))).toHaveLength(2)
})

const usual = clusterView(clusterShard([[0, 99]], 'm1', 'r2'), clusterShard([[100, 199]], 'm3'))

const others = {
  'the same, cut in another way': clusterView(
    clusterShard(
      [
        [50, 99],
        [0, 49],
      ],
      'm1',
      'r2',
    ),
    clusterShard([[100, 199]], 'm3'),
  ),
  'a node that is down': clusterView(
    clusterShard([[0, 99]], 'm1', down('r2')),
    clusterShard([[100, 199]], 'm3'),
  ),
  'ten slots moved': clusterView(
    clusterShard([[0, 89]], 'm1', 'r2'),
    clusterShard([[90, 199]], 'm3'),
  ),
  'a slot without an owner': clusterView(
    clusterShard([[0, 98]], 'm1', 'r2'),
    clusterShard([[100, 199]], 'm3'),
  ),
  'a node more': clusterView(
    clusterShard([[0, 99]], 'm1', 'r2', 'r4'),
    clusterShard([[100, 199]], 'm3'),
  ),
  'another role': clusterView(
    clusterShard([[0, 99]], 'm1', 'r2'),
    clusterShard([[100, 199]], 'm3', clusterNode('r3', { isMaster: true })),
  ),
}

test.each<[keyof typeof others, boolean, number]>([
  ['the same, cut in another way', false, 0],
  ['a node that is down', false, 0],
  ['ten slots moved', true, 10],
  ['a slot without an owner', true, 1],
  ['a node more', true, 0],
  ['another role', true, 0],
])('with %s a view differs: %s, and %i slots are disputed', (name, isOther, slots) => {
  const other = others[name]

  expect(differingViews(usual, [usual, other])).toEqual(isOther ? [other] : [])
  expect(disputedSlots([usual, other, usual])).toBe(slots)
})

test('views are the same to each other where what they say is made ahead', () => {
  const [own, other] = [withAccount(usual), withAccount(others['ten slots moved'])]

  expect(differingViews(own, [own, usual, other])).toEqual([other])
  expect(disputedSlots([own, usual])).toBe(0)
  expect(commonView([other, own, usual])).toBe(own)
})

test('who names no nodes without slots is not held against those who do', () => {
  expect(differingViews({ ...usual, isWhole: false }, [others['a node more']])).toEqual([])
})

test('what most say holds, and what was believed before where as many say something else', () => {
  const other = others['ten slots moved']

  expect(commonView([other, usual, usual])).toBe(usual)
  expect(commonView([other, usual])).toBe(other)
  expect(commonView([])).toBeUndefined()
})
