import type { Handler } from 'hono'
import { clusterNodesAnswer } from '../discovery/cluster-nodes-answer.ts'
import type { HeldTarget } from '../poller/target-snapshots.ts'
import type { IsOurs } from '../targets/shard.ts'
import type { NodeContext } from './context.ts'
import { tellWhy } from './not-served.ts'
import { ownAddress } from './own-address.ts'
import { sendList } from './send-json.ts'

export const scrapePath = '/scrape'

export interface ServiceDiscoveryOptions {
  readonly targets: () => readonly HeldTarget[]
  /** Whether those are all that are wanted. */
  readonly isComplete: () => boolean
}

/**
 * `/sd`: service discovery for Prometheus that needs no relabelling. Each group says by its labels that
 * it is scraped through us, and which target it is. Before all are known it fails, since Prometheus
 * would drop those that are left out.
 * Source: https://prometheus.io/docs/prometheus/latest/http_sd/
 */
export function serviceDiscoveryRoute({
  targets,
  isComplete,
}: ServiceDiscoveryOptions): Handler<NodeContext> {
  return (c) => {
    const address = ownAddress(c.env.incoming)
    if (address === undefined)
      return tellWhy(c, { status: 400, message: 'The request names a host that is none.' })
    if (!isComplete())
      return tellWhy(c, { status: 503, message: 'Not all targets are known yet; see /ready.' })
    return sendList(c, groupsOf(targets(), address), { Vary: 'Host' })
  }
}

function* groupsOf(targets: readonly HeldTarget[], exporter: string): Generator<object> {
  for (const { name, address, labels } of targets)
    yield {
      targets: [exporter],
      labels: {
        ...labels,
        __metrics_path__: scrapePath,
        __param_target: address,
        instance: name,
      },
    }
}

/** The nodes of the clusters that are discovered; undefined where none is. */
export type ClusterNodesOf = () => readonly Pick<HeldTarget, 'address'>[] | undefined

/**
 * `/discover-cluster-nodes` of the Go exporter. Before the nodes are known it fails, since Prometheus
 * would take a list of none for an answer; where several exporters share the targets, it may be one.
 */
export function clusterNodesRoute(
  nodesOf: ClusterNodesOf,
  isOurs: IsOurs = () => true,
): Handler<NodeContext> {
  return (c) => {
    const nodes = nodesOf()
    if (!nodes) {
      const message = 'The discovery endpoint is only available on a redis cluster'
      return tellWhy(c, { status: 400, message })
    }
    if (nodes.length === 0)
      return tellWhy(c, { status: 503, message: 'The nodes of the cluster are not known yet.' })
    const ours = nodes.filter(({ address }) => isOurs(address))
    return c.body(clusterNodesAnswer(ours), 200, { 'Content-Type': 'application/json' })
  }
}
