import { html } from 'hono/html'
import { reasonIn, reasonTexts } from '../../poller/reason-texts.ts'
import type { ReplicationFigures } from '../../poller/server-figures.ts'
import type { StateName } from '../../poller/state-changes.ts'
import type { TargetState } from '../../poller/target-snapshots.ts'
import type { Html } from './document.ts'
import {
  agoText,
  bytesText,
  countText,
  durationText,
  orUnknown,
  percentText,
  shortened,
  unknownText,
} from './units.ts'

const marks: Readonly<Record<StateName, string>> = { up: '●', down: '▲', stale: '◆', waiting: '○' }

/** A state as shape, word and colour. */
export function stateMark(state: StateName): Html {
  return html`<span class="state ${state}"><span aria-hidden="true">${marks[state]}</span> ${state}</span>`
}

export function targetHref(name: string): string {
  // What URLs take for a way up cannot be written as a part of a path.
  const isWay = name === '.' || name === '..'
  return `/targets/${isWay ? `?name=${name}` : encodeURIComponent(name)}`
}

export function targetLink(name: string): Html {
  return html`<a href="${targetHref(name)}">${shortened(name)}</a>`
}

/** `up for 3 h, last poll 2 s ago`, or what else there is to say. */
export function stateLine({ state, since, ageSeconds }: TargetState, now: number): Html {
  const seconds = Math.max(0, now - since) / 1e3
  const age =
    ageSeconds === undefined ? '' : html` · <span class="dim">polled ${agoText(ageSeconds)}</span>`
  return html`<p>${stateMark(state)} for ${durationText(Math.floor(seconds))}${age}</p>`
}

// So that a page of targets stays small; /targets tells of all.
const mostLabels = 8

/** What it is, and what it calls itself. */
export function whatLine({ server, role, labels }: TargetState): Html {
  const told = [
    server,
    role === 'slave' ? 'replica' : role,
    ...Object.entries(labels)
      .slice(0, mostLabels)
      .map(([name, value]) => `${name}=${value}`),
  ]
  const known = told.filter((one) => one).map((one) => shortened(one ?? '', 80))
  const more = Object.keys(labels).length - mostLabels
  const others = more > 0 ? ` · ${more} more labels` : ''
  return html`<p class="dim">${shortened(known.join(' · '), 240)}${others}</p>`
}

/** Why it is not up, and what to do about it. */
export function whyPanel({ reason }: Pick<TargetState, 'reason'>, isFull: boolean): Html {
  const name = reasonIn(reason)
  const text = name && reasonTexts[name]
  return html`<div class="why"><p><strong>${shortened(reason ?? '', 400)}</strong></p>${
    text &&
    html`<p>${text.means} Look at: ${text.lookAt}</p>${isFull ? html`<p class="dim">${text.meanwhile}</p>` : ''}`
  }</div>`
}

/** A figure with its name; a further word about it stands beside it. */
export function fact(name: string, text: string | Html, beside: string | Html = ''): Html {
  return html`<div><dt>${name}</dt><dd>${text}${beside === '' ? '' : html` <small>${beside}</small>`}</dd></div>`
}

/** A share as a bar, beside the text that tells it. */
export function shareBar(ratio: number): Html {
  const width = Math.round(Math.min(1, Math.max(0, ratio)) * 100)
  const full = ratio >= 0.9 ? html` class="full"` : ''
  return html`<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true"><rect${full} width="${width}" height="1"/></svg>`
}

export function memoryFact(bytes: number | undefined, limit: number | undefined): Html {
  const beside =
    limit === undefined
      ? 'no limit'
      : html`of ${bytesText(limit)}${bytes === undefined ? '' : html`, ${percentText(bytes / limit)}`}`
  return html`<div><dt>Memory</dt><dd>${orUnknown(bytes, bytesText)} ${bytes === undefined ? '' : html`<small>${beside}</small>`}${
    bytes !== undefined && limit !== undefined ? shareBar(bytes / limit) : ''
  }</dd></div>`
}

/** How far the replicas of a master are behind, or how a replica hears of its master. */
export function replicationFact(replication: ReplicationFigures | undefined): Html {
  if (!replication) return fact('Replication', unknownText)
  if (replication.kind === 'replica') {
    const { isLinked, silentSeconds } = replication
    const since = silentSeconds === undefined ? '' : durationText(silentSeconds)
    return isLinked
      ? fact('Master', 'linked', since && `heard ${since} ago`)
      : fact('Master', html`<span class="fails">▲ link down</span>`, since && `for ${since}`)
  }
  const { replicas, lagBytes, lagSeconds } = replication
  const lag = [
    ...(lagBytes === undefined ? [] : [`${bytesText(lagBytes)} behind`]),
    ...(lagSeconds === undefined ? [] : [`heard ${durationText(lagSeconds)} ago`]),
  ]
  return fact('Replicas', countText(replicas), lag.join(', '))
}
