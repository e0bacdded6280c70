import { html } from 'hono/html'
import type { KnownDeployment, KnownMaster } from '../../discovery/deployments.ts'
import type { NamedState } from '../../discovery/opened-topology.ts'
import type { TargetState } from '../../poller/target-snapshots.ts'
import { clusterSection } from './cluster-section.ts'
import type { Html } from './document.ts'
import type { PageSource } from './page-source.ts'
import { stateMark, targetLink } from './target-parts.ts'
import { type MemberOf, moreMembers, mostMembers } from './topology-members.ts'
import { shortened } from './units.ts'

/** So many of them at most on one page. */
const mostTopologies = 4
const mostReplicas = 8

/** What is known of whole Clusters and Sentinel deployments; undefined where there are none. */
export function topologySections(
  topologies: PageSource['topologies'],
  states: readonly TargetState[],
): Html | undefined {
  const clusters = topologies?.clusters() ?? []
  const deployments = topologies?.deployments() ?? []
  const failing = (topologies?.states() ?? []).filter(({ failure }) => failure !== undefined)
  if (clusters.length + deployments.length + failing.length === 0) return undefined
  const byAddress = new Map(states.map((state) => [state.address, state]))
  const member: MemberOf = (address) => {
    const state = byAddress.get(address)
    return state
      ? html`${targetLink(state.target)} ${stateMark(state.state)}`
      : html`${shortened(address)}`
  }
  const all = [
    ...failing.map((state) => () => failureSection(state)),
    ...clusters.map((cluster) => () => clusterSection(cluster, member)),
    ...deployments.map((deployment) => () => deploymentSection(deployment, member)),
  ]
  const more = all.length - mostTopologies
  return html`<div class="topologies">${all.slice(0, mostTopologies).map((make) => make())}</div>${more > 0 ? html`<p class="dim">${more} more topologies are watched.</p>` : ''}`
}

function failureSection({ name, failure = '' }: NamedState): Html {
  return html`<section class="card"><h2>Discovery</h2>
<p><span class="fails">▲ ${shortened(name)}</span></p>
<p>${shortened(failure, 400)}</p></section>
`
}

function deploymentSection({ topology, masters }: KnownDeployment, member: MemberOf): Html {
  return html`<section class="card"><h2>Sentinels of ${shortened(topology)}</h2>
<ul class="members">${masters.slice(0, mostMembers).map((master) => masterItem(master, member))}</ul>${moreMembers(masters.length, 'masters')}</section>
`
}

function masterItem(master: KnownMaster, member: MemberOf): Html {
  const { name, address, replicas, sentinels, agreement, quorum } = master
  const agreeing = [...agreement.values()].filter((agrees) => agrees).length
  return html`<li><h3>${shortened(name)}</h3>
<p>Master ${member(address)}</p>
${replicas.slice(0, mostReplicas).map((replica) => html`<p>Replica ${member(replica)}</p>`)}${moreMembers(replicas.length, 'replicas', mostReplicas)}
<p class="dim">${agreeing} of ${sentinels} Sentinels agree, ${quorum} are needed</p></li>`
}
