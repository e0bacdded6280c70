import { expect, it } from 'vitest'
import { clusterNodesAnswer } from '../../src/discovery/cluster-nodes-answer.ts'
import { discoverCluster } from '../support/discovered-cluster.ts'
import { eventually } from '../support/eventually.ts'
import { startPeerExporter } from '../support/peer-exporter.ts'
import { startCluster } from '../support/redis-cluster.ts'

it.each([
  ['by their addresses', []],
  ['by their names', ['--cluster-discover-hostnames']],
])(
  'the answer to /discover-cluster-nodes is that of the Go exporter, but for the order: %s',
  async (_, args) => {
    await using cluster = await startCluster({ masters: 3, replicas: 1 })
    for (const node of cluster.nodes)
      await node.client().config('SET', 'cluster-announce-hostname', 'localhost')
    const url = `redis://127.0.0.1:${cluster.nodes[0]?.port}`
    await using peer = await startPeerExporter({
      args: ['--redis.addr', url, '--is-cluster', ...args],
    })
    using source = discoverCluster(url, { args })
    const answers = async () => {
      const { body, headers } = await peer.get('/discover-cluster-nodes')
      return { body, headers, ours: clusterNodesAnswer(source.wanted()) }
    }

    // Nodes hear of each other's names by and by.
    const { body, headers } = await eventually(
      async () => {
        const { ours, ...theirs } = await answers()
        expect(sorted(ours)).toBe(sorted(theirs.body))
        expect(ours.match(/localhost/g) ?? []).toHaveLength(4 * args.length)
        expect(source.ports()).toHaveLength(4)
        return theirs
      },
      { within: 60_000 },
    )

    expect(JSON.stringify(JSON.parse(body), undefined, 2)).toBe(body)
    expect(headers['content-type']).toBe('application/json')
  },
  120_000,
)

// There the order is that of a hash table.
function sorted(text: string): string {
  return text
    .split('\n')
    .map((line) => line.replace(/,$/, ''))
    .sort()
    .join('\n')
}
