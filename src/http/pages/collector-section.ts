import { html } from 'hono/html'
import { readSeries } from '../../metrics/read-series.ts'
import { reasonIn, reasonTexts } from '../../poller/reason-texts.ts'
import type { TargetState } from '../../poller/target-snapshots.ts'
import type { Html } from './document.ts'
import type { ServedSeries } from './series-sections.ts'
import { durationText, shortened } from './units.ts'

type Failure = TargetState['failures'][number]

/** Each collector with how it did; those that fail first, with why and what can be done about it. */
export function collectorSection(
  { bodies, namespace }: Pick<ServedSeries, 'bodies' | 'namespace'>,
  { failures }: Pick<TargetState, 'failures'>,
): Html {
  const durations = readSeries(bodies, `${namespace}_exporter_collector_duration_seconds`)
  if (durations.length === 0) return html``
  const rows = durations.map(({ labels: { collector = '' }, value }) => ({
    collector,
    seconds: value,
    failures: failures.filter((failure) => failure.collector === collector),
  }))
  const failing = rows.filter((row) => row.failures.length > 0)
  const fine = rows.filter((row) => row.failures.length === 0)
  return html`<section id="collectors"><h2>Collectors</h2>
<div class="card">${failing.length === 0 ? html`<p><span class="state up"><span aria-hidden="true">●</span> all ${rows.length} work</span></p>` : failingTable(failing)}
<details><summary>${fine.length} that work, and how long each took</summary>
<ul class="members">${fine.map(({ collector, seconds }) => html`<li>${collector} <small>${durationText(seconds)}</small></li>`)}</ul></details></div></section>`
}

interface Row {
  readonly collector: string
  readonly seconds: number
  readonly failures: readonly Failure[]
}

function failingTable(rows: readonly Row[]): Html {
  return html`<table><thead><tr><th scope="col">Collector</th><th scope="col">Why it fails</th><th scope="col">What to do</th></tr></thead><tbody>${rows.map(
    ({ collector, seconds, failures }) =>
      failures.map(
        (failure) =>
          html`<tr><td><span class="fails">▲ ${collector}</span>${failure.part ? html` (${shortened(failure.part)})` : ''} <small>${durationText(seconds)}</small></td><td><strong>${failure.reason}</strong>: ${shortened(failure.message, 400)}</td><td>${whatToDo(failure)}</td></tr>`,
      ),
  )}</tbody></table>`
}

function whatToDo({ remedy, reason }: Failure): Html {
  const name = reasonIn(reason)
  const text = name && reasonTexts[name]
  const begun = remedy && `${remedy.charAt(0).toUpperCase()}${remedy.slice(1)}.`
  return html`${begun ?? text?.lookAt ?? ''}${text ? html` <small>${text.means} ${text.meanwhile}</small>` : ''}`
}
