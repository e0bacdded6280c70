import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { beatMilliseconds, startBeat } from './beat.ts'
import { firstOffset, planRun } from './plan.ts'

/** Something that runs at an interval, never twice at a time. */
export interface Task {
  /** What it is done for: tasks of different targets are spread over the interval. */
  readonly target: string
  readonly intervalMilliseconds: number
  /** Must not reject. */
  run(): Promise<void>
  /** Told of runs that were due and did not happen, because one was under way or we were late. */
  onSkip(runs: number): void
}

export interface Schedule {
  /** When the schedule last ticked, by the monotonic clock in milliseconds. */
  lastTick(): number
  /** Since when it ticks without a pause longer than the one that was named, by the same clock. */
  tickingSince(): number
  /** No run begins after this; those under way go on. */
  stop(): void
}

/** Runs every task at once, and then at its interval, spread so that not all targets fire together. */
export function startSchedule(
  tasks: readonly Task[],
  clock: Clock,
  log: Log,
  pauseMilliseconds = Infinity,
): Schedule {
  const started = clock.monotonic()
  const timers = new Set<NodeJS.Timeout>()
  const targets = new Set(tasks.map(({ target }) => target)).size
  const entries = tasks.map((task) => ({
    task,
    running: false,
    due: started + firstOffset(task.target, task.intervalMilliseconds, targets),
  }))
  type Entry = (typeof entries)[number]

  function run(entry: Entry): void {
    if (entry.running) {
      entry.task.onSkip(1)
      return
    }
    entry.running = true
    entry.task.run().finally(() => {
      entry.running = false
    })
  }

  function plan(entry: Entry, now: number): void {
    const { runIn, missed, nextDue } = planRun(
      now,
      entry.due,
      entry.task.intervalMilliseconds,
      beatMilliseconds,
    )
    entry.due = nextDue
    if (missed > 0) entry.task.onSkip(missed)
    if (runIn === undefined) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      run(entry)
    }, runIn)
    timers.add(timer)
    // After a late run, the next one may be due before the next beat.
    if (nextDue <= now + beatMilliseconds) plan(entry, now)
  }

  let lastTick = started
  let tickingSince = started
  const stopBeat = startBeat(
    () => {
      const now = clock.monotonic()
      if (now - lastTick > pauseMilliseconds) tickingSince = now
      lastTick = now
      for (const entry of entries) plan(entry, lastTick)
    },
    clock,
    log,
  )
  for (const entry of entries) run(entry)

  return {
    lastTick: () => lastTick,
    tickingSince: () => tickingSince,
    stop() {
      stopBeat()
      for (const timer of timers) clearTimeout(timer)
    },
  }
}
