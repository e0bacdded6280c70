import { html } from 'hono/html'
import type { CurveName } from '../../poller/figure-history.ts'
import type { TargetPast } from '../../poller/target-snapshots.ts'
import { curveOf, rangeOf } from './curve.ts'
import type { Html } from './document.ts'
import { bytesText, countText, durationText, orUnknown, percentText, rateText } from './units.ts'

interface LargeCurve {
  readonly name: CurveName
  readonly label: string
  readonly current:
    | 'operationsPerSecond'
    | 'memoryBytes'
    | 'latencySeconds'
    | 'clients'
    | 'hitRatio'
    | 'keys'
  readonly textOf: (value: number) => string
  readonly top?: number
}

const large: readonly LargeCurve[] = [
  { name: 'operations', label: 'Operations', current: 'operationsPerSecond', textOf: rateText },
  {
    name: 'latency',
    label: 'Mean time of a command',
    current: 'latencySeconds',
    textOf: durationText,
  },
  { name: 'memory', label: 'Memory', current: 'memoryBytes', textOf: bytesText },
  { name: 'hitRatio', label: 'Hit ratio', current: 'hitRatio', textOf: percentText, top: 1 },
  { name: 'clients', label: 'Clients', current: 'clients', textOf: countText },
  { name: 'keys', label: 'Keys', current: 'keys', textOf: countText },
]

/** The last hour of all that is remembered of it. */
export function hourSection({ figures, curve }: TargetPast): Html {
  return html`<h2>The last hour</h2>
<div class="grid">${large.flatMap(({ name, label, current, textOf, top }) => {
    const values = curve(name)
    const range = rangeOf(values)
    // A Sentinel has neither memory nor keys.
    if (!range) return []
    return html`<figure class="card figure"><figcaption>${label}</figcaption><b>${orUnknown(figures?.[current], textOf)}</b> <small>${textOf(range[0])} to ${textOf(range[1])}</small>${curveOf(values, { label, textOf, size: 'large', ...(top === undefined ? {} : { top }) })}<p class="axis dim" aria-hidden="true"><span>an hour ago</span><span>now</span></p></figure>`
  })}</div>`
}
