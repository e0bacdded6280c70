import { stableShare } from '../targets/stable-hash.ts'
import { nextSlice } from '../yielding.ts'
import { retryWait } from './retry-wait.ts'

/** Does something at an interval, at once when told, and never twice at a time. */
export interface Refresher {
  /** Lets it happen at once, or once more after what is under way. */
  refresh(): void
  stop(): void
}

export interface RefresherOptions {
  /** Its place in the interval follows from that alone, so that a thousand of them do not come together. */
  readonly name: string
  readonly intervalMilliseconds: number
  /** The least time between the end of one run and the begin of the next, however often it is told. */
  readonly restMilliseconds: number
  /** From 0 to 1, without the end. */
  readonly random: () => number
  /** Must not reject. */
  readonly run: () => Promise<RunEnd>
}

/**
 * How a run ended: after `soon` the next one comes within a second, since something is about to change;
 * after `failed` in some seconds, and more and more seldom.
 */
export type RunEnd = 'soon' | 'failed' | undefined

const soonMilliseconds = 1_000
/** An interval of an hour is no reason to be blind for an hour. */
const retries = { firstMilliseconds: 5_000, mostMilliseconds: 60_000 }

/**
 * Begins at once, in a slice of its own. The second run comes at its place in the interval, and all others
 * an interval behind the one before.
 */
export function startRefresher(options: RefresherOptions): Refresher {
  const { name, intervalMilliseconds, restMilliseconds, random, run } = options
  let timer: NodeJS.Timeout | undefined
  let isFirst = true
  // It is about to.
  let isRunning = true
  let isAsked = false
  let isStopped = false
  let isRested = true
  let end: RunEnd
  let failures = 0

  function plan(milliseconds: number, work: () => void): void {
    clearTimeout(timer)
    timer = setTimeout(work, milliseconds)
  }

  function wait(): number {
    if (end === 'soon') return soonMilliseconds
    return end === 'failed' ? retryWait(failures, { ...retries, random }) : Infinity
  }

  function interval(): number {
    const share = isFirst ? stableShare(name) : 1
    return Math.min(share * intervalMilliseconds, wait())
  }

  async function begin(): Promise<void> {
    clearTimeout(timer)
    isRunning = true
    isAsked = false
    end = await run()
    failures = end === 'failed' ? failures + 1 : 0
    isRunning = false
    isRested = false
    if (!isStopped) plan(restMilliseconds, rested)
  }

  function rested(): void {
    isRested = true
    if (isAsked) void begin()
    else plan(Math.max(0, interval() - restMilliseconds), begin)
    isFirst = false
  }

  void nextSlice().then(() => (isStopped ? undefined : begin()))
  return {
    refresh() {
      isAsked = true
      if (isRested && !isRunning && !isStopped) plan(0, begin)
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
