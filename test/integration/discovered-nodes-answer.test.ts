import { expect, it } from 'vitest'
import { clusterNodesAnswer } from '../../src/discovery/cluster-nodes-answer.ts'
import { discoverCluster } from '../support/discovered-cluster.ts'
import { eventually } from '../support/eventually.ts'
import { startPeerExporter } from '../support/peer-exporter.ts'
import { startCluster } from '../support/redis-cluster.ts'

it('the answer to /discover-cluster-nodes is that of the Go exporter, but for the order', async () => {
  await using cluster = await startCluster({ masters: 3, replicas: 1 })
  const url = `redis://127.0.0.1:${cluster.nodes[0]?.port}`
  await using peer = await startPeerExporter({ args: ['--redis.addr', url, '--is-cluster'] })
  using source = discoverCluster(url)
  await eventually(() => expect(source.ports()).toHaveLength(4), { within: 30_000 })
  const { body, headers } = await peer.get('/discover-cluster-nodes')
  const ours = clusterNodesAnswer(source.wanted())

  // There it is that of a hash table.
  const sorted = (text: string) =>
    text
      .split('\n')
      .map((line) => line.replace(/,$/, ''))
      .sort()
      .join('\n')
  expect(sorted(ours)).toBe(sorted(body))
  expect(JSON.stringify(JSON.parse(body), undefined, 2)).toBe(body)
  expect(headers['content-type']).toBe('application/json')
}, 120_000)
