import { html } from 'hono/html'
import type { TargetState } from '../../poller/target-snapshots.ts'
import { type Html, pageDocument } from './document.ts'
import { overviewPage } from './overview-page.ts'
import type { OverviewQuery } from './overview-query.ts'
import type { PageLinks, PageSource } from './page-source.ts'
import { type TargetQuery, targetPage } from './target-page.ts'

export { overviewHref, readOverviewQuery } from './overview-query.ts'

export function renderOverview(source: PageSource, links: PageLinks, query: OverviewQuery) {
  return textOf(overviewPage(source, links, query))
}

export function renderTarget(
  source: PageSource,
  links: PageLinks,
  state: TargetState,
  query: TargetQuery,
) {
  return textOf(targetPage(source, links, state, query))
}

/** What is shown where no such target is watched. */
export function renderMissing(source: PageSource, links: PageLinks, message: string) {
  const { version, config } = source
  return textOf(
    pageDocument({
      ...links,
      title: 'No such target – Redis exporter',
      top: html`<h1>No such target</h1>`,
      main: html`<p class="card">${message} <a href="/">All targets</a></p>`,
      version,
      pollSeconds: config.pollInterval / 1e3,
      shard: config.shard,
      refreshes: false,
      otherwise: undefined,
    }),
  )
}

async function textOf(document: Html): Promise<string> {
  return String(await document)
}
