import { html } from 'hono/html'
import type { KnownCluster } from '../../discovery/cluster-nodes.ts'
import { masterOf, nodesOf, slotOwners } from '../../discovery/cluster-view.ts'
import type { Html } from './document.ts'
import { fact } from './target-parts.ts'
import { type MemberOf, moreMembers, mostMembers } from './topology-members.ts'
import { countText, shortened } from './units.ts'

type Shard = KnownCluster['view']['shards'][number]
type Node = Shard['nodes'][number]

const colours = 6
/** Slots that share one place in the bar. */
const slotsTogether = 64

/** A Cluster: who has which slots, as a bar and in words. */
export function clusterSection(cluster: KnownCluster, member: MemberOf): Html {
  const { topology, view, counts } = cluster
  const shards = view.shards.filter(({ slots }) => slots.length > 0)
  const nodes = nodesOf(view)
  const lost = nodes.filter(({ isReachable }) => !isReachable).length
  const owners = slotOwners(view)
  const isWhole = counts.covered === owners.length
  return html`<section class="card"><h2>Cluster ${shortened(topology)}</h2>
<dl class="facts">${fact('Slots covered', isWhole ? 'all' : html`<span class="fails">▲ ${countText(counts.covered)}</span>`, `of ${countText(owners.length)}`)}${fact('Shards', countText(shards.length))}${fact('Nodes', countText(nodes.length), lost > 0 ? html`<span class="fails">▲ ${lost} unreachable</span>` : '')}${
    counts.disputed > 0 || counts.disagreeing > 0
      ? fact(
          'Nodes disagree',
          html`<span class="fails">▲ ${counts.disagreeing}</span>`,
          `on ${countText(counts.disputed)} slots`,
        )
      : ''
  }</dl>
${slotBar(owners, nodes, shards)}
<ul class="members">${shards.slice(0, mostMembers).map((shard, index) => shardItem(shard, index, cluster, member))}</ul>${moreMembers(shards.length, 'shards')}</section>
`
}

function shardItem(
  shard: Shard,
  index: number,
  { addresses }: KnownCluster,
  member: MemberOf,
): Html {
  const slots = shard.slots.reduce((sum, [from, to]) => sum + to - from + 1, 0)
  const master = masterOf(shard)
  const shown = (node: Node) => {
    const address = addresses.get(node.id)
    const lost = node.isReachable ? '' : html` <span class="fails">▲ unreachable</span>`
    return html`${address === undefined ? shortened(node.id, 40) : member(address)}${lost}`
  }
  const replicas = shard.nodes.filter((node) => node !== master)
  return html`<li><p><span class="c${index % colours}" aria-hidden="true">■</span> ${master ? shown(master) : 'no master'} <small>${countText(slots)} slots</small></p>
${replicas.slice(0, 3).map((node) => html`<p class="dim">replica ${shown(node)}</p>`)}${moreMembers(replicas.length, 'replicas', 3)}</li>`
}

function slotBar(
  owners: readonly (string | undefined)[],
  nodes: readonly Node[],
  shards: readonly Shard[],
): Html {
  const well = new Set(nodes.flatMap(({ id, isReachable }) => (isReachable ? id : [])))
  const places = new Map(shards.map((shard, index) => [masterOf(shard)?.id, index]))
  const nameOf = (owner: string | undefined) => {
    if (owner === undefined) return 'unowned'
    return well.has(owner) ? `c${(places.get(owner) ?? 0) % colours}` : 'lost'
  }
  const cells = Array.from({ length: owners.length / slotsTogether }, (_, index) => {
    const names = owners.slice(index * slotsTogether, (index + 1) * slotsTogether).map(nameOf)
    // What is wrong is seen, though it be one slot of those that share the place.
    return names.find((name) => name === 'lost' || name === 'unowned') ?? names[0] ?? 'unowned'
  })
  return html`<svg class="slots" viewBox="0 0 ${cells.length} 1" preserveAspectRatio="none" aria-hidden="true">${runsOf(
    cells,
  ).map(
    ({ name, from, length }) =>
      html`<rect class="${name}" x="${from}" width="${length}" height="1"/>`,
  )}</svg>`
}

function runsOf(cells: readonly string[]) {
  const runs: { name: string; from: number; length: number }[] = []
  for (const [from, name] of cells.entries()) {
    const last = runs.at(-1)
    if (last?.name === name) last.length += 1
    else runs.push({ name, from, length: 1 })
  }
  return runs
}
