/** Does something at an interval, at once when told, and never twice at a time. */
export interface Refresher {
  /** Lets it happen at once, or once more after what is under way. */
  refresh(): void
  stop(): void
}

export interface RefresherOptions {
  readonly intervalMilliseconds: number
  /** The least time between the end of one run and the begin of the next, however often it is told. */
  readonly restMilliseconds: number
  /** Must not reject. `soon` lets the next run come within a second: something is about to change. */
  readonly run: () => Promise<'soon' | undefined>
}

const soonMilliseconds = 1000

/** Begins at once, in the next turn of the event loop. */
export function startRefresher(options: RefresherOptions): Refresher {
  const { intervalMilliseconds, restMilliseconds, run } = options
  let timer: NodeJS.Timeout | undefined
  let isRunning = false
  let isAsked = false
  let isStopped = false
  let isRested = true
  let isSoon = false

  function plan(milliseconds: number, work: () => void): void {
    clearTimeout(timer)
    timer = setTimeout(work, milliseconds)
  }

  function interval(): number {
    return isSoon ? Math.min(soonMilliseconds, intervalMilliseconds) : intervalMilliseconds
  }

  async function begin(): Promise<void> {
    clearTimeout(timer)
    isRunning = true
    isAsked = false
    isSoon = (await run()) === 'soon'
    isRunning = false
    isRested = false
    if (!isStopped) plan(restMilliseconds, rested)
  }

  function rested(): void {
    isRested = true
    if (isAsked) void begin()
    else plan(Math.max(0, interval() - restMilliseconds), begin)
  }

  plan(0, begin)
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
