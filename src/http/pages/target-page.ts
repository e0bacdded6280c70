import { html } from 'hono/html'
import type { TargetPast, TargetState } from '../../poller/target-snapshots.ts'
import { collectorSection } from './collector-section.ts'
import { type Html, pageDocument } from './document.ts'
import { hourSection } from './hour-section.ts'
import { keySection } from './key-section.ts'
import type { PageLinks, PageSource } from './page-source.ts'
import { clientSection, commandSection } from './series-sections.ts'
import { factList } from './target-card.ts'
import { stateLine, stateMark, targetHref, whatLine, whyPanel } from './target-parts.ts'
import { momentText, shortened } from './units.ts'
import { walkSection } from './walk-section.ts'

export interface TargetQuery {
  readonly refreshes: boolean
  /** Whether it stands in the place of the overview, since there is no other. */
  readonly isAlone?: boolean
}

/** All that is known of one target. */
export function targetPage(
  source: PageSource,
  links: PageLinks,
  state: TargetState,
  { refreshes, isAlone = false }: TargetQuery,
): Html {
  const { store, config, version, clock, walks } = source
  const { target, address } = state
  const now = clock.wall()
  const past = store.past(target)
  const bodies = store.serve(target)?.bodies ?? []
  const served = { bodies, namespace: config.namespace, now }
  const walk = walks().find((one) => one.target === target)
  return pageDocument({
    ...links,
    title: `${shortened(target)} ${state.state} – Redis exporter`,
    top: html`<div><p>${isAlone ? 'Redis exporter' : html`<a href="/">All targets</a>`}</p><h1>${shortened(target)}</h1>${stateLine(state, now)}
${whatLine(state)}${address === target ? '' : html`<p class="dim">${shortened(address)}</p>`}</div>`,
    main: html`${state.reason === undefined ? '' : whyPanel(state, true)}
${past?.figures ? html`<div class="card">${factList(past.figures)}</div>` : ''}
${past && state.state !== 'waiting' ? hourSection(past) : ''}
${collectorSection(served, state)}
${walk ? walkSection(walk) : ''}
${keySection(served)}${commandSection(served)}${clientSection(served)}
${changeSection(past)}`,
    version,
    pollSeconds: config.pollInterval / 1e3,
    shard: config.shard,
    refreshes,
    isWrong: state.state === 'down' || state.state === 'stale',
    otherwise: otherwiseHref(isAlone ? '/' : targetHref(target), refreshes),
  })
}

function otherwiseHref(href: string, refreshes: boolean): string {
  return refreshes ? `${href}${href.includes('?') ? '&' : '?'}refresh=off` : href
}

function changeSection(past: TargetPast | undefined): Html {
  const changes = past?.changes ?? []
  if (changes.length === 0) return html``
  return html`<section><h2>Last changes</h2>
<div class="card"><table><thead><tr><th scope="col">Since (UTC)</th><th scope="col">State</th><th scope="col">Reason</th></tr></thead><tbody>${changes.map(
    ({ state, at, reason }) =>
      html`<tr><td><time datetime="${new Date(at).toISOString()}">${momentText(at)}</time></td><td>${stateMark(state)}</td><td>${shortened(reason ?? '', 400)}</td></tr>`,
  )}</tbody></table></div></section>`
}
