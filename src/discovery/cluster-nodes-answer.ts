import type { WantedTarget } from '../targets/wanted-target.ts'

/**
 * The answer of the Go exporter at `/discover-cluster-nodes`, for the service discovery of
 * Prometheus: one group of all nodes, without labels, written with two blanks for each level.
 */
export function clusterNodesAnswer(targets: readonly Pick<WantedTarget<unknown>, 'address'>[]) {
  const group = { targets: targets.map(({ address }) => address), labels: {} }
  return JSON.stringify([group], undefined, 2)
}
