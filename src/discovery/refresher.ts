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
  /** Must not reject. */
  readonly run: () => Promise<void>
}

/** Begins at once, in the next turn of the event loop. */
export function startRefresher(options: RefresherOptions): Refresher {
  const { intervalMilliseconds, restMilliseconds, run } = options
  let timer: NodeJS.Timeout | undefined
  let isRunning = false
  let isAsked = false
  let isStopped = false
  let isRested = true

  function plan(milliseconds: number, work: () => void): void {
    clearTimeout(timer)
    timer = setTimeout(work, milliseconds)
  }

  async function begin(): Promise<void> {
    clearTimeout(timer)
    isRunning = true
    isAsked = false
    await run()
    isRunning = false
    isRested = false
    if (!isStopped) plan(restMilliseconds, rested)
  }

  function rested(): void {
    isRested = true
    if (isAsked) void begin()
    else plan(Math.max(0, intervalMilliseconds - restMilliseconds), begin)
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
