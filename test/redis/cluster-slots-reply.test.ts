import { describe, expect, test } from 'vitest'
import { readClusterSlots } from '../../src/redis/cluster-slots-reply.ts'
import type { Reply } from '../../src/redis/command.ts'

const read = (...entries: Reply[]) => readClusterSlots(entries, false)

test('ranges of the same master are one shard', async () => {
  const one: Reply = ['1.2.3.4', 1, 'm1', []]
  const other: Reply = ['1.2.3.4', 2, 'm2', []]
  const replica: Reply = ['1.2.3.4', 3, 'r1', []]

  const shards = await read([0, 5, one, replica], [6, 9, other], [10, 11, one, replica])
  expect(
    shards.map(({ slots, nodes }) => [slots, nodes.map(({ id, isMaster }) => [id, isMaster])]),
  ).toEqual([
    [
      [
        [0, 5],
        [10, 11],
      ],
      [
        ['m1', true],
        ['r1', false],
      ],
    ],
    [[[6, 9]], [['m2', true]]],
  ])
})

describe('a node', () => {
  test.each<[Reply, object]>([
    [['1.2.3.4', 7000, 'a1'], { id: 'a1', ip: '1.2.3.4', hostname: '', port: 7000 }],
    [['1.2.3.4', 7000, 'a1', []], { ip: '1.2.3.4', hostname: '' }],
    [['1.2.3.4', 7000, 'a1', ['hostname', 'a.example']], { ip: '1.2.3.4', hostname: 'a.example' }],
    [['a.example', 7000, 'a1', ['ip', '1.2.3.4']], { ip: '1.2.3.4', hostname: 'a.example' }],
    [['?', 7000, 'a1', ['ip', '1.2.3.4']], { ip: '1.2.3.4', hostname: '' }],
    [[null, 7000, 'a1', ['ip', '1.2.3.4']], { ip: '1.2.3.4', hostname: '' }],
    [[null, 7000, 'a1', []], { ip: '', hostname: '' }],
    [['', 7000, 'a1', []], { ip: '', hostname: '' }],
    [['a.example', 7000, 'a1', []], { ip: 'a.example', hostname: '' }],
    [['2001:db8::1', 7000, 'a1'], { ip: '2001:db8::1', port: 7000 }],
    [['1.2.3.4', 7000], { id: '1.2.3.4:7000' }],
  ])('%j is %j', async (node, expected) => {
    const [shard] = await read([0, 5, node])
    expect(shard?.nodes).toMatchObject([expected])
  })

  test('has the port that it was asked by', async () => {
    const [shard] = await readClusterSlots([[0, 5, ['1.2.3.4', 7000, 'a1']]], true)
    expect(shard?.nodes).toMatchObject([{ port: undefined, tlsPort: 7000 }])
  })
})

test('a cluster without any slot has no shard', async () => {
  expect(await read()).toEqual([])
})

test.each<[Reply]>([[null], ['OK'], [[7]], [[[0, 5]]], [[['0', '5', ['a', 1, 'b']]]]])(
  'there is no cluster in %j',
  async (reply) => {
    await expect(readClusterSlots(reply, false)).rejects.toThrow()
  },
)
