import type { KnownDeployment, KnownMaster } from '../discovery/deployments.ts'
import { gauge, type Sample, sample } from '../metrics/metric.ts'

const ofMaster = ['topology', 'master_name'] as const

/** What is told of the Sentinels of a deployment together; `topology` names it. */
export const deploymentMetrics = {
  address: gauge(
    'sentinel_master_address',
    'The target that is master now, by the Sentinels that heard of the last failover; always 1 (SENTINEL MASTERS: ip, port)',
    [...ofMaster, 'master_address'],
  ),
  agrees: gauge(
    'sentinel_master_agreement',
    'Whether a Sentinel that answers names the same master as those that heard of the last failover, or leads it (SENTINEL MASTERS: ip, port)',
    [...ofMaster, 'sentinel'],
  ),
  known: gauge(
    'sentinel_master_known_sentinels',
    'Sentinels that watch a master, as far as any of them knows (SENTINEL SENTINELS)',
    ofMaster,
  ),
  quorum: gauge(
    'sentinel_master_quorum_reached',
    'Whether the Sentinels that answer and agree are as many as the quorum and as the majority that a failover needs (SENTINEL MASTERS: quorum)',
    ofMaster,
  ),
}

/** What there is to tell of a whole deployment. */
export function deploymentFigures(
  deployment: KnownDeployment,
  nameOf: (address: string) => string = (address) => address,
): readonly Sample[] {
  return deployment.masters.flatMap((master) => {
    const { name, address, sentinels, agreement } = master
    const labels = { topology: deployment.topology, master_name: name }
    return [
      sample(deploymentMetrics.address, 1, { ...labels, master_address: nameOf(address) }),
      ...[...agreement].map(([sentinel, agrees]) =>
        sample(deploymentMetrics.agrees, agrees ? 1 : 0, { ...labels, sentinel }),
      ),
      sample(deploymentMetrics.known, sentinels, labels),
      sample(deploymentMetrics.quorum, hasQuorum(master) ? 1 : 0, labels),
    ]
  })
}

function hasQuorum({ agreement, quorum, sentinels }: KnownMaster): boolean {
  const agreeing = [...agreement.values()].filter((agrees) => agrees).length
  return agreeing >= Math.max(quorum, Math.floor(sentinels / 2) + 1)
}
