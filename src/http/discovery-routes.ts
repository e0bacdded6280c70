import type { Handler } from 'hono'
import { clusterNodesAnswer } from '../discovery/cluster-nodes-answer.ts'
import type { HeldTarget } from '../poller/target-snapshots.ts'
import type { IsOurs } from '../targets/shard.ts'
import { onlyExporter } from './asked.ts'
import type { NodeContext } from './context.ts'
import { tellWhy } from './not-served.ts'
import { isByTls, ownAddress } from './own-address.ts'
import { sendList } from './send-json.ts'

export const scrapePath = '/scrape'

export interface ServiceDiscoveryOptions {
  readonly targets: () => readonly HeldTarget[]
  /** Whether there are several, or may be: else no series names its target. */
  readonly several: boolean
  /** Whether those are all that are wanted. */
  readonly isComplete: () => boolean
}

/** How the exporter is reached by whoever asks. */
interface Reached {
  readonly address: string
  readonly isByTls: boolean
  readonly metricsPath: string
}

/**
 * `/sd`: service discovery for Prometheus that needs no relabelling, and no second job. Each group says
 * by its labels that it is scraped through us, and which target it is; one is for what we tell of
 * ourselves and of whole topologies. Before all are known it fails, since Prometheus would drop those
 * that are left out.
 * Source: https://prometheus.io/docs/prometheus/latest/http_sd/
 */
export function serviceDiscoveryRoute(
  { targets, several, isComplete }: ServiceDiscoveryOptions,
  metricsPath: string,
): Handler<NodeContext> {
  const groupsOf = several ? groupsOfSeveral : groupsOfOne
  return (c) => {
    const { incoming } = c.env
    const address = ownAddress(incoming)
    if (address === undefined)
      return tellWhy(c, {
        status: 400,
        message: 'The request names no host by which the exporter is reached.',
      })
    if (!isComplete())
      return tellWhy(c, { status: 503, message: 'Not all targets are known yet; see /ready.' })
    const reached = { address, isByTls: isByTls(incoming), metricsPath }
    return sendList(c, groupsOf(targets(), reached), { Vary: 'Host' })
  }
}

function* groupsOfSeveral(targets: readonly HeldTarget[], reached: Reached): Generator<object> {
  const { address: instance, metricsPath } = reached
  // An empty `target` would say the same, but Prometheus takes a label without a value for none.
  yield group(reached, metricsPath, { __param_only: onlyExporter, instance })
  for (const { name, address, labels } of targets)
    yield group(reached, scrapePath, { ...labels, __param_target: address, instance: name })
}

/** All is in one body there: a group for the target and one for us would have its counts twice. */
function* groupsOfOne(targets: readonly HeldTarget[], reached: Reached): Generator<object> {
  for (const { name, labels } of targets)
    yield group(reached, reached.metricsPath, { ...labels, instance: name })
}

function group(
  { address, isByTls }: Reached,
  path: string,
  labels: Readonly<Record<string, string>>,
): object {
  return {
    targets: [address],
    labels: {
      ...labels,
      // Of whoever came without TLS it is not known: a proxy may end it.
      ...(isByTls ? { __scheme__: 'https' } : {}),
      __metrics_path__: path,
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
