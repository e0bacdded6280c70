import { describe, expect, test } from 'vitest'
import { type ClusterView, differingViews, nodesOf } from '../../src/discovery/cluster-view.ts'
import { readClusterNodes } from '../../src/redis/cluster-nodes-reply.ts'
import { readClusterShards } from '../../src/redis/cluster-shards-reply.ts'
import { readClusterSlots } from '../../src/redis/cluster-slots-reply.ts'
import type { Reply } from '../../src/redis/command.ts'
import { isRedisError } from '../../src/redis/redis-error.ts'
import { fileReply } from '../support/fixtures.ts'

describe.each(['redis-7.0.15', 'redis-8.6.3', 'valkey-9.1.2'])(
  'the cluster of %s',
  async (folder) => {
    const reply = (file: string): Reply => {
      const recorded = fileReply(`${folder}/${file}`)
      if (isRedisError(recorded)) throw recorded
      return recorded
    }
    const whole = (shards: ClusterView['shards']): ClusterView => ({ shards, isWhole: true })
    const byShards = whole(await readClusterShards(reply('cluster-shards.json')))
    const byNodes = whole(await readClusterNodes(reply('cluster-nodes.txt'), false))
    const bySlots = {
      ...whole(await readClusterSlots(reply('cluster-slots.json'), false)),
      isWhole: false,
    }

    const sorted = (view: ClusterView) =>
      [...nodesOf(view)].sort((one, other) => (one.id < other.id ? -1 : 1))

    test('is the same in all three forms', () => {
      expect(differingViews(byShards, [byNodes, bySlots])).toEqual([])
      expect(sorted(byNodes)).toEqual(sorted(byShards))
    })

    test('has three masters and a replica, with names', () => {
      const nodes = nodesOf(byShards)

      expect(nodes.map(({ isMaster }) => isMaster).sort()).toEqual([false, true, true, true])
      for (const { ip, hostname, isReachable } of [...nodes, ...nodesOf(bySlots)])
        expect([ip, hostname, isReachable]).toEqual(['127.0.0.1', 'node.example', true])
    })
  },
)
