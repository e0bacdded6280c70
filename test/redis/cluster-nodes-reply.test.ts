import { describe, expect, test } from 'vitest'
import { readClusterNodes, readNodeLines } from '../../src/redis/cluster-nodes-reply.ts'

const line = (place: string, flags = 'master', master = '-', slots = '') =>
  `a1 ${place} ${flags} ${master} 0 1700000000000 1 connected ${slots}`.trimEnd()

describe.each([
  ['127.0.0.1:7000', { ip: '127.0.0.1', port: 7000, hostname: '' }],
  ['127.0.0.1:7000@17000', { ip: '127.0.0.1', port: 7000, hostname: '' }],
  ['127.0.0.1:7000@17000,', { ip: '127.0.0.1', port: 7000, hostname: '' }],
  ['127.0.0.1:7000@17000,a.example', { ip: '127.0.0.1', port: 7000, hostname: 'a.example' }],
  ['127.0.0.1:7000@17000,a,shard-id=5', { ip: '127.0.0.1', port: 7000, hostname: 'a' }],
  ['127.0.0.1:7000@17000,shard-id=5', { ip: '127.0.0.1', port: 7000, hostname: '' }],
  ['127.0.0.1:7000@17000,,tls-port=1,shard-id=5', { ip: '127.0.0.1', port: 7000, hostname: '' }],
  ['2001:db8::1:7000@17000', { ip: '2001:db8::1', port: 7000, hostname: '' }],
  ['[2001:db8::1]:7000@17000', { ip: '2001:db8::1', port: 7000, hostname: '' }],
  ['::1:7000@17000,a', { ip: '::1', port: 7000, hostname: 'a' }],
  [':7000@17000', { ip: '', port: 7000, hostname: '' }],
  [':0@0', { ip: '', port: undefined, hostname: '' }],
  ['?:7000@17000,?', { ip: '', port: 7000, hostname: '' }],
  ['a.example:7000@17000', { ip: 'a.example', port: 7000, hostname: '' }],
  ['127.0.0.1:99999@17000', { ip: '127.0.0.1', port: undefined, hostname: '' }],
])('a node at %s', (place, expected) => {
  test('is read', async () => {
    expect(await readNodeLines(line(place))).toMatchObject([expected])
  })
})

describe('a line', () => {
  test('tells its flags, its master and its slots; what is on its way is left out', async () => {
    const text = line('1.2.3.4:1@2', 'myself,master', '-', '0-5 7 [93->-b2] [77-<-c3] 16383')

    expect(await readNodeLines(text)).toEqual([
      {
        ...{ id: 'a1', ip: '1.2.3.4', hostname: '', port: 1, flags: ['myself', 'master'] },
        ...{
          master: '',
          slots: [
            [0, 5],
            [7, 7],
            [16383, 16383],
          ],
        },
      },
    ])
  })

  test.each(['5-4', '16384', '0-16384', '-1', 'x', '[1->-a'])(
    'has no slots by %j',
    async (slots) => {
      const [node] = await readNodeLines(line('1.2.3.4:1@2', 'master', '-', slots))
      expect(node?.slots).toEqual([])
    },
  )

  test.each(['', 'OK', 'vars currentEpoch 6 lastVoteEpoch 0', 'a1 1.2.3.4:1@2 master - 0 0 1'])(
    'that is none is passed over: %j',
    async (text) => {
      expect(await readNodeLines(text)).toEqual([])
    },
  )
})

describe('a cluster', () => {
  const nodes = (...lines: string[]) => readClusterNodes(`${lines.join('\n')}\n`, false)

  test('has a shard for each master, with its replicas', async () => {
    const shards = await nodes(
      'r1 1.2.3.4:3@13 slave m1 0 0 1 connected',
      'm1 1.2.3.4:1@11 myself,master - 0 0 1 connected 0-100',
      'm2 1.2.3.4:2@12 master - 0 0 2 connected',
    )

    expect(shards.map(({ slots, nodes }) => [slots, nodes.map(({ id }) => id)])).toEqual([
      [[[0, 100]], ['r1', 'm1']],
      [[], ['m2']],
    ])
  })

  test.each([
    ['master', true],
    ['master,fail?', false],
    ['master,fail', false],
    ['master,noaddr', false],
    ['myself,master,nofailover', true],
    ['slave', true],
  ])('whose node has the flags %s: reachable is %s', async (flags, isReachable) => {
    const [shard] = await nodes(line('1.2.3.4:1@2', flags))
    expect(shard?.nodes).toMatchObject([{ isReachable }])
  })

  test('does not have a node that only shakes hands', async () => {
    const shards = await nodes(line('1.2.3.4:1@2'), 'b2 1.2.3.5:1@2 handshake - 0 0 0 disconnected')

    expect(shards).toHaveLength(1)
  })

  test('keeps the replicas of a master that nobody names', async () => {
    expect(await nodes('r1 1.2.3.4:3@13 slave m1 0 0 1 connected')).toMatchObject([
      { slots: [], nodes: [{ id: 'r1', isMaster: false }] },
    ])
  })

  test('has the port that it was asked by', async () => {
    const [shard] = await readClusterNodes(line('1.2.3.4:1@2'), true)
    expect(shard?.nodes).toMatchObject([{ port: undefined, tlsPort: 1 }])
  })

  test.each([null, 7, [], '', 'OK\n'])('is none in %j', async (reply) => {
    await expect(readClusterNodes(reply, false)).rejects.toThrow(
      'the reply of CLUSTER NODES names no node',
    )
  })
})
