import { isSameRun, type ServerRun } from '../redis/server-run.ts'
import type { ServerFigures } from './server-figures.ts'

/** What is drawn over the last hour. */
export const rememberedCurves = [
  'operations',
  'memory',
  'latency',
  'clients',
  'hitRatio',
  'keys',
] as const

export type CurveName = (typeof rememberedCurves)[number]

/** What the newest poll told, with what follows from the one before. */
export interface CurrentFigures extends ServerFigures {
  readonly operationsPerSecond: number | undefined
  /** Of the lookups since the poll before. */
  readonly hitRatio: number | undefined
  /** Mean time of a command since the poll before, in seconds, as the server measures it. */
  readonly latencySeconds: number | undefined
}

/** One figure over the last hour, or since it is remembered. */
export interface Curve {
  /** One for each step, the oldest first; NaN where nothing is known. */
  readonly values: readonly number[]
  readonly stepMilliseconds: number
}

/** The figures of the last hour of one target: together six kilobytes at most. */
export interface FigureHistory {
  readonly stepMilliseconds: number
  /** Takes what a poll told of this run of a server. */
  note(figures: ServerFigures, run: ServerRun): void
  /** What was noted last; undefined before anything was. */
  current(): CurrentFigures | undefined
  /** Up to this moment of the monotonic clock. */
  curve(name: CurveName, now: number): Curve
}

const rememberedMilliseconds = 3_600_000
/** Polls that follow each other closer than that share a step. */
const shortestStep = 15_000
/** What has just begun is shown as a beginning. */
const fewestSteps = 20

/**
 * Begins to remember. A step is as long as the interval of the polls, and lies around the moments at
 * which they come: a poll that is a little late leaves no gap.
 */
export function createFigureHistory(intervalMilliseconds: number): FigureHistory {
  const step = Math.max(shortestStep, intervalMilliseconds)
  const steps = Math.ceil(rememberedMilliseconds / step)
  let rows: Float32Array | undefined
  let began = 0
  /** The last step that has a value, counted from the begin, and how many polls there were in it. */
  let newest = 0
  let polls = 0
  let last: CurrentFigures | undefined
  let lastRun: ServerRun | undefined

  const stepOf = (moment: number) => Math.max(newest, Math.round((moment - began) / step))
  const placeOf = (row: number, at: number) => row * steps + (at % steps)

  function begin(moment: number): Float32Array {
    began = moment
    return new Float32Array(rememberedCurves.length * steps).fill(Number.NaN)
  }

  function advance(values: Float32Array, to: number): void {
    const empty = Math.min(to - newest, steps)
    for (let at = to - empty + 1; at <= to; at += 1)
      for (let row = 0; row < rememberedCurves.length; row += 1)
        values[placeOf(row, at)] = Number.NaN
    if (to > newest) polls = 0
    newest = to
  }

  function put(values: Float32Array, row: number, value: number): void {
    const place = placeOf(row, newest)
    const before = values[place] ?? Number.NaN
    if (!Number.isNaN(value))
      values[place] = Number.isNaN(before) ? value : before + (value - before) / polls
  }

  return {
    stepMilliseconds: step,
    note(figures, run) {
      const isSame = lastRun !== undefined && isSameRun(lastRun, run)
      last = { ...figures, ...since(isSame ? last : undefined, figures) }
      lastRun = run
      rows ??= begin(figures.readAt)
      advance(rows, stepOf(figures.readAt))
      polls += 1
      for (const [row, value] of numbersOf(last).entries()) put(rows, row, value ?? Number.NaN)
    },
    current: () => last,
    curve(name, now) {
      const row = rememberedCurves.indexOf(name)
      // The poll of the step that has just begun may be still to come.
      const end = Math.max(newest, stepOf(now) - 1)
      const at = (place: number) => {
        const isKnown = place >= 0 && place <= newest && place > newest - steps
        return isKnown ? (rows?.[placeOf(row, place)] ?? Number.NaN) : Number.NaN
      }
      const length = Math.min(steps, Math.max(fewestSteps, end + 1))
      const values = Array.from({ length }, (_, index) => at(end - length + 1 + index))
      return { values, stepMilliseconds: step }
    },
  }
}

/** In the order of the rows. */
function numbersOf(figures: CurrentFigures): readonly (number | undefined)[] {
  const { operationsPerSecond, memoryBytes, latencySeconds, clients, hitRatio, keys } = figures
  return [operationsPerSecond, memoryBytes, latencySeconds, clients, hitRatio, keys]
}

/** What grew since the poll before; undefined where a counter began anew in between. */
function since(before: ServerFigures | undefined, now: ServerFigures) {
  const grown = (name: 'commands' | 'calls' | 'callMicroseconds' | 'hits' | 'misses') => {
    const [from, to] = [before?.[name], now[name]]
    return from === undefined || to === undefined || to < from ? undefined : to - from
  }
  const seconds = before ? (now.readAt - before.readAt) / 1e3 : 0
  const [commands, calls, spent] = [grown('commands'), grown('calls'), grown('callMicroseconds')]
  const [hits, misses] = [grown('hits'), grown('misses')]
  const lookups = hits === undefined || misses === undefined ? 0 : hits + misses
  return {
    operationsPerSecond: commands !== undefined && seconds > 0 ? commands / seconds : undefined,
    latencySeconds: calls && spent !== undefined ? spent / calls / 1e6 : undefined,
    hitRatio: lookups > 0 && hits !== undefined ? hits / lookups : undefined,
  }
}
