import { html, raw } from 'hono/html'
import type { Shard } from '../../targets/shard.ts'
import { style } from './style.ts'

export type Html = ReturnType<typeof html>

export interface DocumentContent {
  readonly title: string
  /** What stands above everything else. */
  readonly top: Html
  readonly main: Html
  readonly version: string
  readonly pollSeconds: number
  readonly shard: Shard | undefined
  readonly metricsPath: string
  /** Where all targets are told of as JSON. */
  readonly targetsPath: string | undefined
  /** Whether the page comes anew by itself, and where to have it the other way, if anywhere. */
  readonly refreshes: boolean
  readonly otherwise: string | undefined
  /** Whether something needs a look, for its icon. */
  readonly isWrong?: boolean
}

/** What is around every page. */
export function pageDocument(content: DocumentContent): Html {
  const { title, top, main, pollSeconds, metricsPath, targetsPath, refreshes, otherwise } = content
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="${content.isWrong ? icons.wrong : icons.fine}">
<title>${title}</title>
<style>${raw(style)}</style>
</head>
<body>
<header class="top">
${top}
</header>
<main>
${main}
</main>
<footer>
<p>Redis exporter ${content.version}${content.shard ? shardText(content.shard) : ''}. It polls every ${pollSeconds} s in the background; to look at this page asks no server anything. ${otherwise === undefined ? '' : refreshLine(refreshes, otherwise)}</p>
<ul>
<li><a href="${metricsPath}">${metricsPath}</a> for Prometheus</li>
${targetsPath ? html`<li><a href="${targetsPath}">${targetsPath}</a> all targets as JSON</li>` : ''}
<li><a href="/healthz">/healthz</a> whether the schedule ticks</li>
<li><a href="/ready">/ready</a> whether all targets have a fresh result</li>
</ul>
</footer>
</body>
</html>
`
}

// By the shape too, and readable in a tab in the background.
const icons = {
  fine: iconOf('0f8a4a', "circle cx='8' cy='8' r='6'"),
  wrong: iconOf('d03a2b', "path d='M8 1l7 13H1z'"),
}

function iconOf(colour: string, shape: string): string {
  return `data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='%23${colour}'><${shape}/></svg>`
}

function refreshLine(refreshes: boolean, otherwise: string): Html {
  return refreshes
    ? html`The page comes anew with each poll; <a href="${otherwise}">let it stand still</a>.`
    : html`The page stands still; <a href="${otherwise}">let it come anew with each poll</a>.`
}

function shardText({ index, total }: Shard): string {
  return `, shard ${index} of the ${total} from 0 on, which share the targets`
}
