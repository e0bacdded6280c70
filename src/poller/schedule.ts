import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { beatMilliseconds, startBeat } from './beat.ts'
import { createBeginApart } from './begin-apart.ts'
import { placeIn, planRun } from './plan.ts'

/** Something that runs at an interval, never twice at a time. */
export interface Task {
  /** Its place in the interval follows from that alone, where tasks are spread. */
  readonly name: string
  readonly intervalMilliseconds: number
  /** Must not reject. */
  run(): Promise<void>
  /** Told of runs that were due and did not happen, because one was under way or we were late. */
  onSkip(runs: number): void
  /**
   * When it does something next, given when it is due next, where it leaves some of its places out or
   * runs between them as well.
   */
  nextRun?(due: number): number
}

export interface Schedule {
  /** Runs a task at once, and then at its interval until what is given back is called. */
  add(task: Task): () => void
  /** Runs one that was added once more at once, or after the run that is under way. */
  runNow(task: Task): void
  /** When the task of that name runs next, by the monotonic clock in milliseconds. */
  due(name: string): number | undefined
  /** When the schedule last ticked, by the monotonic clock in milliseconds. */
  lastTick(): number
  /** Since when it ticks without a pause longer than the one that was named, by the same clock. */
  tickingSince(): number
  /** No run begins after this; those under way go on. */
  stop(): void
}

export interface ScheduleOptions {
  readonly clock: Clock
  readonly log: Log
  /** Whether tasks have places of their own in the interval; those of one target alone need not. */
  readonly spreads: boolean
  /** A longer pause between two ticks ends the time for which it ticks. */
  readonly pauseMilliseconds?: number
}

interface Entry {
  readonly task: Task
  running: boolean
  again: boolean
  /** The first of its times that is not planned yet. */
  due: number
  /** Those that are, with their times. */
  readonly timers: Map<NodeJS.Timeout, number>
}

/** Begins to tick. Tasks come and go while it does, and none moves because of another. */
export function startSchedule(options: ScheduleOptions): Schedule {
  const { clock, log, spreads, pauseMilliseconds = Infinity } = options
  const started = clock.monotonic()
  const entries = new Map<Task, Entry>()
  const byName = new Map<string, Entry>()

  function run(entry: Entry): void {
    if (entry.running) {
      entry.task.onSkip(1)
      return
    }
    entry.running = true
    entry.again = false
    void entry.task.run().finally(() => {
      entry.running = false
      if (entry.again && entries.get(entry.task) === entry) run(entry)
    })
  }

  // One target has a poll and perhaps two other tasks: nothing is gained where none waits for another.
  const begin = spreads ? createBeginApart(clock) : (now: () => void) => now()

  function beginIn(wait: number, entry: Entry, now: number): void {
    const { timers } = entry
    const timer = setTimeout(() => {
      timers.delete(timer)
      begin(() => entries.get(entry.task) === entry && run(entry))
    }, wait)
    timers.set(timer, now + wait)
  }

  function plan(entry: Entry, now: number): void {
    // Of thousands of tasks hardly any is due.
    if (entry.due > now + beatMilliseconds) return
    const { task } = entry
    const { intervalMilliseconds } = task
    const { runIn, missed, nextDue } = planRun(
      now,
      entry.due,
      intervalMilliseconds,
      beatMilliseconds,
    )
    entry.due = nextDue
    if (missed > 0) task.onSkip(missed)
    if (runIn === undefined) return
    beginIn(runIn, entry, now)
    // After a late run, the next one may be due before the next beat.
    if (nextDue <= now + beatMilliseconds) plan(entry, now)
  }

  /** The first time after now that is the task's own. */
  function nextPlace({ name, intervalMilliseconds: interval }: Task, now: number): number {
    if (!spreads) return now + interval
    const first = started + placeIn(interval, name)
    return first + (Math.floor((now - first) / interval) + 1) * interval
  }

  function remove(entry: Entry): void {
    const { task } = entry
    if (entries.get(task) === entry) entries.delete(task)
    // Another of that name may have come meanwhile.
    if (byName.get(task.name) === entry) byName.delete(task.name)
    for (const timer of entry.timers.keys()) clearTimeout(timer)
    entry.timers.clear()
  }

  let isStopped = false
  let lastTick = started
  let tickingSince = started
  const stopBeat = startBeat(
    () => {
      const now = clock.monotonic()
      if (now - lastTick > pauseMilliseconds) tickingSince = now
      lastTick = now
      for (const entry of entries.values()) plan(entry, now)
    },
    clock,
    log,
  )

  return {
    add(task) {
      if (isStopped) return () => undefined
      const now = clock.monotonic()
      const due = nextPlace(task, now)
      const entry: Entry = { task, running: false, again: false, due, timers: new Map() }
      entries.set(task, entry)
      byName.set(task.name, entry)
      run(entry)
      plan(entry, now)
      return () => remove(entry)
    },
    runNow(task) {
      const entry = entries.get(task)
      if (entry?.running) entry.again = true
      else if (entry) run(entry)
    },
    due(name) {
      const entry = byName.get(name)
      if (!entry) return undefined
      const due = Math.min(entry.due, ...entry.timers.values())
      return entry.task.nextRun?.(due) ?? due
    },
    lastTick: () => lastTick,
    tickingSince: () => tickingSince,
    stop() {
      isStopped = true
      stopBeat()
      for (const entry of [...entries.values()]) remove(entry)
    },
  }
}
