// Records replies of the servers of this machine into test/fixtures: `npm run fixtures`, or
// `REDIS_SERVER=/path/to/valkey-server npm run fixtures`. test/fixtures/README.md tells the rest.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { causeDenials } from '../support/acl-denials.ts'
import { eventually } from '../support/eventually.ts'
import { findProgram } from '../support/programs.ts'
import { startCluster } from '../support/redis-cluster.ts'
import { sentinelProgram, startSentinel } from '../support/redis-sentinel.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { isAtLeast, isValkey } from '../support/server-under-test.ts'
import { runFixtureWorkload, runNewerWorkload } from './fixture-workload.ts'
import { flavourOf, writeFixtures } from './fixture-writer.ts'

const fixtures = fileURLToPath(new URL('../fixtures', import.meta.url))

async function folderOf(server: RedisServer): Promise<string> {
  const folder = join(fixtures, await flavourOf(server))
  console.log(`recording ${folder}`)
  return folder
}

async function expectInfo(server: RedisServer, section: string, pattern: RegExp): Promise<void> {
  await eventually(
    async () => {
      const text = JSON.stringify(await server.info(section))
      if (!pattern.test(text)) {
        throw new Error(`port ${server.port}: nothing in ${text} matches ${pattern}`)
      }
    },
    { within: 20_000, every: 100 },
  )
}

async function recordServer(): Promise<void> {
  const thresholds = ['--slowlog-log-slower-than', '5000', '--latency-monitor-threshold', '5']
  await using master = await startRedis({ args: thresholds })
  await using replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${master.port}`] })
  await expectInfo(master, 'replication', /state=online/)
  await runFixtureWorkload(master)
  await runNewerWorkload(master)
  await expectInfo(master, 'replication', /state=online,offset=[1-9]/)
  const folder = await folderOf(master)
  await recordMaster(master, folder)
  const writer = await writeFixtures(replica, folder)
  await writer.text('info-replica.txt', 'INFO', 'ALL')
  await master.kill()
  await expectInfo(replica, 'replication', /"master_link_down_since_seconds":"[1-9]/)
  await writer.text('info-replica-link-down.txt', 'INFO', 'ALL')
  writer.close()
}

async function recordMaster(master: RedisServer, folder: string): Promise<void> {
  const writer = await writeFixtures(master, folder)
  await writer.text('info-all.txt', 'INFO', 'ALL')
  await writer.text('info-everything.txt', 'INFO', 'EVERYTHING')
  await writer.text('info-debug.txt', 'INFO', 'DEBUG')
  await writer.pairs('config-get.txt', 'CONFIG', 'GET', '*')
  await writer.text('client-list.txt', 'CLIENT', 'LIST')
  await writer.json('latency-latest.json', 'LATENCY', 'LATEST')
  await writer.json('latency-histogram.json', 'LATENCY', 'HISTOGRAM')
  await writer.json('slowlog-get.json', 'SLOWLOG', 'GET')
  await writer.json('memory-stats.json', 'MEMORY', 'STATS')
  await writer.json('function-stats.json', 'FUNCTION', 'STATS')
  await writer.json('commandlog-len.json', 'COMMANDLOG', 'LEN', 'slow')
  for (const log of ['large-request', 'large-reply'])
    await writer.json(`commandlog-get-${log}.json`, 'COMMANDLOG', 'GET', '1', log)
  await writer.json('hotkeys-get.json', 'HOTKEYS', 'GET')
  await writer.json('xinfo-stream.json', 'XINFO', 'STREAM', 'orders')
  await writer.json('xinfo-groups.json', 'XINFO', 'GROUPS', 'orders')
  await writer.json('xinfo-consumers.json', 'XINFO', 'CONSUMERS', 'orders', 'billing')
  writer.close()
}

async function recordDenials(): Promise<void> {
  await using server = await startRedis()
  await causeDenials(server)
  const writer = await writeFixtures(server, await folderOf(server))
  await writer.json('acl-log.json', 'ACL', 'LOG')
  await writer.json('acl-users.json', 'ACL', 'USERS')
  writer.close()
}

async function recordCluster(): Promise<void> {
  // The memory of slots can be counted from the start only.
  const counting = isAtLeast('Redis', '8.6') ? ['--cluster-slot-stats-enabled', 'yes'] : []
  await using cluster = await startCluster({ args: counting })
  const [node] = cluster.nodes
  if (node === undefined) {
    throw new Error('the cluster has no nodes')
  }
  const writer = await writeFixtures(node, await folderOf(node))
  await writer.text('info-cluster-node.txt', 'INFO', 'ALL')
  await writer.text('cluster-info.txt', 'CLUSTER', 'INFO')
  await writer.json('cluster-links.json', 'CLUSTER', 'LINKS')
  await fillSlots(node)
  await writer.json('cluster-slot-stats.json', 'CLUSTER', 'SLOT-STATS', 'SLOTSRANGE', '0', '15')
  writer.close()
}

/** A cluster in the three forms in which a node tells of it. */
async function recordTopology(): Promise<void> {
  const names = ['--cluster-announce-hostname', 'node.example']
  const announcing = isValkey || isAtLeast('Redis', '7.0') ? names : []
  await using cluster = await startCluster({ args: announcing, replicas: 1 })
  const [node] = cluster.nodes
  if (node === undefined) throw new Error('the cluster has no nodes')
  const writer = await writeFixtures(node, await folderOf(node))
  await writer.json('cluster-shards.json', 'CLUSTER', 'SHARDS')
  await writer.json('cluster-slots.json', 'CLUSTER', 'SLOTS')
  await writer.text('cluster-nodes.txt', 'CLUSTER', 'NODES')
  writer.close()
}

/** Puts some keys into the first slots, with all that a server can count switched on. */
async function fillSlots(node: RedisServer): Promise<void> {
  const client = node.client()
  await client.call('CONFIG', 'SET', 'cluster-slot-stats-enabled', 'yes').catch(() => {})
  // These are of the slots 0, 1 and 2.
  for (const tag of ['06S', 'Qi', '5L5']) await client.mset(`{${tag}}a`, 1, `{${tag}}b`, 2)
  await client.get('{Qi}a')
  await client.set('{Qi}c', 'x'.repeat(100))
}

async function recordSentinel(): Promise<void> {
  await using master = await startRedis()
  await using replica = await startRedis({ args: ['--replicaof', '127.0.0.1', `${master.port}`] })
  await expectInfo(replica, 'replication', /"master_link_status":"up"/)
  await using sentinel = await startSentinel({ masters: [{ name: 'mymaster', port: master.port }] })
  await eventually(() => assertReplicaRead(sentinel), { within: 20_000, every: 100 })
  const writer = await writeFixtures(sentinel, await folderOf(sentinel))
  await writer.text('info-all.txt', 'INFO', 'ALL')
  await writer.json('sentinel-masters.json', 'SENTINEL', 'MASTERS')
  await writer.json('sentinel-replicas.json', 'SENTINEL', 'REPLICAS', 'mymaster')
  await writer.json('sentinel-sentinels.json', 'SENTINEL', 'SENTINELS', 'mymaster')
  await writer.json('sentinel-ckquorum.json', 'SENTINEL', 'CKQUORUM', 'mymaster')
  await writer.json('sentinel-config-get.json', 'SENTINEL', 'CONFIG', 'GET', '*')
  writer.close()
}

/** Sentinel knows a replica by its master first, and reads the replica's own INFO later. */
async function assertReplicaRead(sentinel: RedisServer): Promise<void> {
  const replicas = await sentinel.client().call('SENTINEL', 'REPLICAS', 'mymaster')
  const text = JSON.stringify(replicas)
  if (!text.includes('"flags","slave"') || !text.includes('"master-link-status","ok"')) {
    throw new Error(`Sentinel has not read the replica yet: ${text}`)
  }
}

await recordServer()
await recordDenials()
await recordCluster()
await recordTopology()
if (findProgram(sentinelProgram()) === undefined) {
  console.log('no redis-sentinel here: Sentinel is not recorded')
} else {
  await recordSentinel()
}
// The master of the replicas is gone for good; nothing else is waited for.
process.exit(0)
