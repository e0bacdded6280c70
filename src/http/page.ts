import { html } from 'hono/html'
import type { TargetState } from '../poller/target-snapshots.ts'
import type { WalkState } from '../poller/walk-task.ts'
import type { Shard } from '../targets/shard.ts'
import { mostShown, shownTargets } from './shown-targets.ts'

export interface PageContent {
  readonly version: string
  readonly metricsPath: string
  /** Where all targets are told of, if anywhere. */
  readonly targetsPath?: string
  readonly pollSeconds: number
  readonly targets: readonly TargetState[]
  /** Where several exporters share the targets. */
  readonly shard?: Shard | undefined
  /** Of those that have any. */
  readonly walks?: readonly WalkState[]
}

const style = `body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:50rem;padding:0 1rem}
table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ddd;padding:.3rem .6rem .3rem 0;text-align:left}
.up{color:#067a3b}.down,.stale{color:#b3261e}`

// SHA-256 of the style in base64; to compute it would load what encrypts at the first request of all.
const styleHash = 'f8vlRJbpuN/yELI4Rw23REk3JOOJSaixh8eMWIkUI1E='

/** What the page may load: its own style and nothing else (Content-Security-Policy). */
export function pagePolicy(): string {
  return `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
}

/** The page for people: what this is, how the targets are, where everything else stands. */
export function page(content: PageContent) {
  const { version, metricsPath, targetsPath, pollSeconds, targets, shard, walks = [] } = content
  const { shown, counts } = shownTargets(targets)
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Redis exporter</title>
<style>${style}</style>
</head>
<body>
<h1>Redis exporter</h1>
<p>Version ${version}. Polls every ${pollSeconds} s in the background and serves the last result; asking here costs Redis nothing.</p>
${shard ? shardLine(shard, targets.length) : ''}${counts ? countLine(targets.length, counts) : ''}<table>
<thead><tr><th>Target</th><th>State</th><th>Age</th><th>Server</th><th>Reason</th></tr></thead>
<tbody>
${shown.map(row)}
</tbody>
</table>
${walks.length > 0 ? walkTable(walks.slice(0, mostShown)) : ''}<ul>
<li><a href="${metricsPath}">${metricsPath}</a>: the metrics, for Prometheus</li>
${targetsPath ? targetsLine(targetsPath) : ''}<li><a href="/healthz">/healthz</a>: whether the schedule ticks, for a liveness probe</li>
<li><a href="/ready">/ready</a>: whether every target has a fresh result, for a readiness probe</li>
</ul>
</body>
</html>
`
}

function shardLine({ index, total }: Shard, count: number) {
  return html`<p>Shard ${index} of the ${total} from 0 on, which share the targets: it watches ${count}.</p>
`
}

function countLine(all: number, counts: Readonly<Record<string, number>>) {
  const each = Object.entries(counts).map(([state, count]) => `${count} ${state}`)
  return html`<p>${all} targets: ${each.join(', ')}. Of those that are not up, the first ${mostShown} are shown.</p>
`
}

function targetsLine(path: string) {
  return html`<li><a href="${path}">${path}</a>: all targets, as JSON; with <a href="${path}?state=down">?state=down</a> those that are down</li>
`
}

function row({ target, state, ageSeconds, server, reason, failures }: TargetState) {
  const why = failures.map(failureLine)
  return html`<tr><td>${target}</td><td class="${state}">${state}</td><td>${age(ageSeconds)}</td><td>${server ?? ''}</td><td>${reason ?? ''}${why}</td></tr>
`
}

function failureLine({
  collector,
  part,
  reason,
  message,
  remedy,
}: TargetState['failures'][number]) {
  const what = part ? `${collector} (${part})` : collector
  return html`<div><span class="down">${what}</span>: ${reason}: ${message}${remedy ? `; ${remedy}` : ''}</div>`
}

function walkTable(walks: readonly WalkState[]) {
  return html`<table>
<thead><tr><th>Target</th><th>Scan of the keys</th><th>Progress</th><th>Keys seen</th><th>Age of the result</th></tr></thead>
<tbody>
${walks.map(walkRow)}
</tbody>
</table>
`
}

function walkRow({ target, running, ratio, keys, ageSeconds }: WalkState) {
  // Rounded down, so that 100 % means the end.
  const percent = Math.floor(ratio * 100)
  return html`<tr><td>${target}</td><td>${running ? 'running' : 'waiting'}</td><td>${percent} %</td><td>${keys}</td><td>${age(ageSeconds)}</td></tr>
`
}

function age(seconds: number | undefined): string {
  return seconds === undefined ? '' : `${seconds.toFixed(1)} s`
}
