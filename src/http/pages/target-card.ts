import { html } from 'hono/html'
import type { CurrentFigures } from '../../poller/figure-history.ts'
import type { TargetPast, TargetState } from '../../poller/target-snapshots.ts'
import type { WalkState } from '../../poller/walk-task.ts'
import { curveOf } from './curve.ts'
import type { Html } from './document.ts'
import {
  fact,
  memoryFact,
  replicationFact,
  stateLine,
  targetHref,
  targetLink,
  whatLine,
  whyPanel,
} from './target-parts.ts'
import { bytesText, countText, durationText, orUnknown, percentText, rateText } from './units.ts'

/** What is known of a target beside its state. */
export interface TargetAround {
  readonly past: TargetPast | undefined
  readonly walk: WalkState | undefined
  /** In milliseconds since 1970. */
  readonly now: number
}

/** One target among others: how it is, what it does, and its last hour. */
export function targetCard(state: TargetState, { past, walk, now }: TargetAround): Html {
  const figures = past?.figures
  return html`<li class="card target ${state.state}">
<div><h3>${targetLink(state.target)}</h3>
${stateLine(state, now)}
${whatLine(state)}${walk?.running ? html`<p class="dim">scan of the keys ${percentText(walk.ratio)}</p>` : ''}${failuresLine(state)}</div>
${state.reason === undefined ? factList(figures) : whyPanel(state, false)}
${past && state.state !== 'waiting' ? curveList(past, figures) : ''}</li>
`
}

function failuresLine({ target, failures }: TargetState): Html | '' {
  const names = [...new Set(failures.map(({ collector }) => collector))]
  if (names.length === 0) return ''
  const shown = names.slice(0, 3).join(', ')
  const more = names.length > 3 ? ` and ${names.length - 3} more` : ''
  return html`<p><a class="fails" href="${targetHref(target)}#collectors">▲ cannot be read: ${shown}${more}</a></p>`
}

export function factList(figures: CurrentFigures | undefined): Html {
  if (!figures) return html`<dl class="facts"></dl>`
  const { masters, clients, mostClients, keys, hitRatio } = figures
  const of = mostClients === undefined ? '' : `of ${countText(mostClients)}`
  return html`<dl class="facts">${
    masters === undefined
      ? html`${memoryFact(figures.memoryBytes, figures.memoryLimitBytes)}${fact('Hit ratio', orUnknown(hitRatio, percentText))}${fact('Keys', orUnknown(keys, countText))}${replicationFact(figures.replication)}`
      : fact('Masters watched', countText(masters))
  }${fact('Clients', orUnknown(clients, countText), of)}${fact('Runs for', orUnknown(figures.uptimeSeconds, durationText))}</dl>`
}

const small = [
  ['operations', 'Operations', 'operationsPerSecond', rateText],
  ['memory', 'Memory', 'memoryBytes', bytesText],
  ['latency', 'Latency', 'latencySeconds', durationText],
] as const

function curveList({ curve }: TargetPast, figures: CurrentFigures | undefined): Html {
  return html`<div class="curves">${small.map(
    ([name, label, current, textOf]) =>
      html`<div><small>${label}</small><b>${orUnknown(figures?.[current], textOf)}</b>${curveOf(curve(name), { label, textOf, size: 'small' })}</div>`,
  )}</div>`
}
