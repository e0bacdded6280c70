import type { WantedTarget } from '../targets/wanted-target.ts'

/**
 * The answer of the Go exporter at `/discover-cluster-nodes`, for the service discovery of
 * Prometheus: one group of all nodes, each once, without labels, written with two blanks for each level.
 */
export function clusterNodesAnswer(targets: readonly Pick<WantedTarget<unknown>, 'address'>[]) {
  const addresses = new Set(targets.map(({ address }) => address))
  const group = { targets: [...addresses], labels: {} }
  return JSON.stringify([group], undefined, 2)
}
