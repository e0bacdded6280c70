import { describe, expect, test } from 'vitest'
import { readClusterShards } from '../../src/redis/cluster-shards-reply.ts'
import type { Reply } from '../../src/redis/command.ts'

const pairs = (fields: Readonly<Record<string, Reply>>): Reply => Object.entries(fields).flat()

const usual = { id: 'a1', port: 7000, ip: '127.0.0.1', endpoint: '127.0.0.1', role: 'master' }

const shardOf = (fields: Readonly<Record<string, Reply>>, slots: Reply = [0, 5]): Reply =>
  pairs({ slots, nodes: [pairs({ ...usual, health: 'online', ...fields })] })

const nodeOf = async (fields: Readonly<Record<string, Reply>>) =>
  (await readClusterShards([shardOf(fields)]))[0]?.nodes[0]

test('a shard has its slots and its nodes', async () => {
  expect(await readClusterShards([shardOf({ 'replication-offset': 70 }, [0, 5, 7, 7])])).toEqual([
    {
      slots: [
        [0, 5],
        [7, 7],
      ],
      nodes: [
        {
          ...{ id: 'a1', ip: '127.0.0.1', hostname: '', port: 7000, tlsPort: undefined },
          ...{ isMaster: true, isReachable: true },
        },
      ],
    },
  ])
})

describe('a node', () => {
  test.each([
    ['online', true],
    ['loading', true],
    ['fail', false],
    ['failed', false],
  ])('whose health is %s: reachable is %s', async (health, isReachable) => {
    expect(await nodeOf({ health })).toMatchObject({ isReachable })
  })

  test.each([
    ['master', true],
    ['replica', false],
    ['slave', false],
  ])('whose role is %s: master is %s', async (role, isMaster) => {
    expect(await nodeOf({ role })).toMatchObject({ isMaster })
  })

  test.each<[Readonly<Record<string, Reply>>, object]>([
    [{ 'tls-port': 7100 }, { port: 7000, tlsPort: 7100 }],
    [
      { port: 0, 'tls-port': 7100 },
      { port: undefined, tlsPort: 7100 },
    ],
    [{ hostname: 'a.example' }, { ip: '127.0.0.1', hostname: 'a.example' }],
    [{ hostname: '?' }, { hostname: '' }],
    [{ ip: '', endpoint: '' }, { ip: '' }],
    [{ ip: '', endpoint: null }, { ip: '' }],
    [{ ip: '', endpoint: 'a.example' }, { ip: 'a.example' }],
    [{ ip: '2001:db8::1', endpoint: '?' }, { ip: '2001:db8::1' }],
    [
      { 'availability-zone': 'b', rack: 7 },
      { ip: '127.0.0.1', port: 7000 },
    ],
  ])('with %j is %j', async (fields, expected) => {
    expect(await nodeOf(fields)).toMatchObject(expected)
  })
})

test.each<[Reply]>([[null], ['OK'], [[]], [[['slots', [], 'nodes', []]]], [[7]], [[['nodes', 7]]]])(
  'there is no cluster in %j',
  async (reply) => {
    await expect(readClusterShards(reply)).rejects.toThrow()
  },
)

test.each<[Reply]>([[[5]], [[5, 4]], [[0, 16_384]], [['0', '5']], [[0.5, 1]]])(
  'what is no range of slots is passed over: %j',
  async (slots) => {
    const [shard] = await readClusterShards([shardOf({}, slots)])
    expect(shard?.slots).toEqual([])
  },
)
