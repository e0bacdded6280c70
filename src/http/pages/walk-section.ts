import { html } from 'hono/html'
import type { WalkState } from '../../poller/walk-task.ts'
import type { Html } from './document.ts'
import { fact } from './target-parts.ts'
import { countText, durationText, orUnknown, percentText } from './units.ts'

/** How far the scan of the keys is. */
export function walkSection(walk: WalkState): Html {
  const { running, ratio, keys, load, ageSeconds } = walk
  const percent = Math.floor(ratio * 100)
  return html`<section><h2>Scan of the keys</h2>
<div class="card"><p><label for="walk">${running ? 'Under way' : 'Waits for its time; the last one'}: ${percent} %</label></p><progress id="walk" max="100" value="${percent}">${percent} %</progress>
<dl class="facts">${fact('Keys seen', countText(keys))}${fact('Load', percentText(load), 'of one core')}${running ? fact('Time left', orUnknown(secondsLeft(walk), durationText), 'about') : ''}${fact(
    'Result from',
    orUnknown(ageSeconds, (age) => `${durationText(age)} ago`),
  )}</dl></div></section>`
}

// A beginning tells nothing yet of the whole.
const leastRatio = 0.01

function secondsLeft({ ratio, runningSeconds }: WalkState): number | undefined {
  if (runningSeconds === undefined || ratio < leastRatio) return undefined
  return (runningSeconds * (1 - ratio)) / ratio
}
