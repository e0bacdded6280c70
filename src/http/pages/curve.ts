import { html } from 'hono/html'
import type { Curve } from '../../poller/figure-history.ts'

export interface DrawnCurve {
  /** What it tells, for who does not see it. */
  readonly label: string
  readonly textOf: (value: number) => string
  /** The largest value that may come; the largest that came unless given. */
  readonly top?: number
  readonly size: 'small' | 'large'
}

// In units of the drawing, which is stretched to the place that there is.
const sizes = { small: { points: 60, height: 24 }, large: { points: 240, height: 100 } }

/** The last hour as a line from 0 up; a gap where nothing is known. */
export function curveOf({ values }: Curve, { label, textOf, top, size }: DrawnCurve) {
  const { points, height } = sizes[size]
  const drawn = largestOfEach(values, points)
  const known = drawn.filter((value) => !Number.isNaN(value))
  if (known.length === 0)
    return html`<p class="curve empty ${size}"><span class="hidden">${label}: </span>no values yet</p>`
  const [least, most] = [Math.min(...known), Math.max(...known)]
  const scale = top ?? most
  const runs = runsOf(drawn.map((value) => heightOf(value, scale, height)))
  const area =
    size === 'large' ? html`<path class="area" d="${areaPath(runs, height)}"/>` : undefined
  return html`<svg class="curve ${size}" viewBox="0 0 ${Math.max(1, drawn.length - 1)} ${height}" preserveAspectRatio="none" role="img" aria-label="${label}, last hour: ${textOf(least)} to ${textOf(most)}">${area}<path d="${linePath(runs)}"/></svg>`
}

/** The least and the largest of the last hour; undefined where nothing is known. */
export function rangeOf({ values }: Curve): readonly [least: number, most: number] | undefined {
  const known = values.filter((value) => !Number.isNaN(value))
  return known.length === 0 ? undefined : [Math.min(...known), Math.max(...known)]
}

// A peak shall be seen, however many values share a point.
function largestOfEach(values: readonly number[], points: number): readonly number[] {
  if (values.length <= points) return values
  return Array.from({ length: points }, (_, index) => {
    const [from, to] = [index, index + 1].map((at) => Math.round((at * values.length) / points))
    const known = values.slice(from, to).filter((value) => !Number.isNaN(value))
    return known.length === 0 ? Number.NaN : Math.max(...known)
  })
}

// A unit is left above and below for the width of the line.
function heightOf(value: number, top: number, height: number): number {
  const ratio = top > 0 ? Math.min(1, value / top) : 0
  return Math.round(1 + (1 - ratio) * (height - 2))
}

interface Run {
  readonly start: number
  readonly heights: readonly number[]
}

/** What is known without a gap, each with where it begins. */
function runsOf(heights: readonly number[]): readonly Run[] {
  const runs: { start: number; heights: number[] }[] = []
  let open: number[] | undefined
  for (const [index, height] of heights.entries()) {
    if (Number.isNaN(height)) open = undefined
    else if (open) open.push(height)
    else {
      open = [height]
      runs.push({ start: index, heights: open })
    }
  }
  return runs
}

function linePath(runs: readonly Run[]): string {
  return runs.map(({ start, heights }) => `M${start} ${heights[0]}${stepsOf(heights)}`).join('')
}

function areaPath(runs: readonly Run[], bottom: number): string {
  return runs
    .map(({ start, heights }) => `M${start} ${bottom}V${heights[0]}${stepsOf(heights)}V${bottom}Z`)
    .join('')
}

// One value alone is a dot, by the round ends of the line.
function stepsOf(heights: readonly number[]): string {
  if (heights.length === 1) return 'h0'
  const steps = heights.slice(1).map((height, index) => height - (heights[index] ?? 0))
  return `l${steps.map((step) => (step < 0 ? `1${step}` : `1 ${step}`)).join(' ')}`
}
