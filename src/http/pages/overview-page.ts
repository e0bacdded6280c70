import { html } from 'hono/html'
import type { StateName } from '../../poller/state-changes.ts'
import type { TargetState } from '../../poller/target-snapshots.ts'
import { inSlices } from '../../yielding.ts'
import { type Html, pageDocument } from './document.ts'
import {
  type ChosenTargets,
  chooseTargets,
  type OverviewQuery,
  overviewHref,
  shownStates,
} from './overview-query.ts'
import type { PageLinks, PageSource } from './page-source.ts'
import { targetCard } from './target-card.ts'
import { targetPage } from './target-page.ts'
import { topologySections } from './topology-sections.ts'
import { countText, shortened } from './units.ts'

/** All targets: those that need a look first, each with its figures and its last hour. */
export async function overviewPage(
  source: PageSource,
  links: PageLinks,
  query: OverviewQuery,
): Promise<Awaited<Html>> {
  const { store, config, version, clock } = source
  const chosen = await chooseTargets(store.eachState(), query)
  const { all: states } = chosen
  const isWhole = query.text === '' && !query.state && chosen.page === 1
  const topologies = isWhole ? topologySections(source.topologies, states) : undefined
  const [alone, ...others] = states
  if (alone && others.length === 0 && isWhole && !topologies)
    return targetPage(source, links, alone, { refreshes: query.refreshes, isAlone: true })
  const walks = new Map(source.walks().map((walk) => [walk.target, walk]))
  const aroundOf = ({ target }: TargetState) => ({
    past: store.past(target),
    walk: walks.get(target),
    now: clock.wall(),
  })
  const needsLook = ({ state }: TargetState) => state === 'down' || state === 'stale'
  const made = new Map<TargetState, Html>()
  await inSlices(chosen.shown, (state) => made.set(state, targetCard(state, aroundOf(state))))
  const cards = (some: readonly TargetState[]) =>
    some.length === 0
      ? ''
      : html`<ul class="cards">
${some.map((state) => made.get(state))}</ul>
`
  return pageDocument({
    ...links,
    title: titleOf(chosen, states.length),
    top: html`<div><h1>Redis exporter</h1><p class="dim">${summary(states.length)}</p></div>`,
    main: html`${states.length > 1 ? tools(query, chosen) : ''}
<h2 class="hidden">Targets</h2>
${chosen.found === 0 ? nothingFound(query) : ''}
${cards(chosen.shown.filter(needsLook))}${topologies ?? ''}${cards(chosen.shown.filter((one) => !needsLook(one)))}
${chosen.pages > 1 ? pageLinks(query, chosen) : ''}`,
    version,
    pollSeconds: config.pollInterval / 1e3,
    shard: config.shard,
    refreshes: query.refreshes,
    isWrong: chosen.counts.down + chosen.counts.stale > 0,
    otherwise: overviewHref({ ...query, refreshes: !query.refreshes }),
  })
}

// What is wrong shall be seen in a tab in the background too.
function titleOf({ counts }: ChosenTargets, all: number): string {
  const wrong = counts.down + counts.stale
  return wrong > 0
    ? `${countText(wrong)} of ${countText(all)} down – Redis exporter`
    : 'Redis exporter'
}

function summary(all: number): string {
  return all === 1 ? 'One target' : `${countText(all)} targets`
}

function tools(query: OverviewQuery, { counts }: ChosenTargets): Html {
  const all = shownStates.reduce((sum, state) => sum + counts[state], 0)
  const link = (state: StateName | undefined, count: number) =>
    html`<li><a href="${overviewHref({ ...query, state, page: 1 })}"${state === query.state ? html` aria-current="true"` : ''}>${state ?? 'all'} ${countText(count)}</a></li>`
  return html`<div class="tools">
<nav aria-label="Targets by state"><ul>${link(undefined, all)}${shownStates
    .filter((state) => counts[state] > 0 || state === query.state)
    .map((state) => link(state, counts[state]))}</ul></nav>
<form action="/" role="search"><label class="hidden" for="q">Part of a name, an address, a label, a server or a role</label><input id="q" type="search" name="q" value="${query.text}" maxlength="200" placeholder="Find targets">${query.state ? html`<input type="hidden" name="state" value="${query.state}">` : ''}${query.refreshes ? '' : html`<input type="hidden" name="refresh" value="off">`}<button>Find</button></form>
</div>`
}

function nothingFound({ text, state }: OverviewQuery): Html {
  if (text === '' && !state)
    return html`<p class="card">No target is watched yet. <a href="/ready">/ready</a> tells what is waited for.</p>`
  const what = [state ? `is ${state}` : '', text === '' ? '' : `has “${shortened(text)}” in it`]
  return html`<p class="card">No target ${what.filter((one) => one !== '').join(' and ')}. <a href="/">All targets</a></p>`
}

function pageLinks(query: OverviewQuery, { from, shown, found, page, pages }: ChosenTargets): Html {
  const to = (other: number, text: string, rel: string) =>
    other < 1 || other > pages
      ? html`<span></span>`
      : html`<a rel="${rel}" href="${overviewHref({ ...query, page: other })}">${text}</a>`
  return html`<nav class="pages" aria-label="Pages">${to(page - 1, '← before', 'prev')}<span>${countText(from + 1)} to ${countText(from + shown.length)} of ${countText(found)}</span>${to(page + 1, 'next →', 'next')}</nav>`
}
