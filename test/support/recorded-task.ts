import { vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import type { Log } from '../../src/log.ts'
import {
  type Schedule,
  type ScheduleOptions,
  startSchedule,
  type Task,
} from '../../src/poller/schedule.ts'
import { type RecordedLog, recordedLog } from './recorded-log.ts'

export interface RecordedTaskOptions {
  readonly seconds: number
  readonly name?: string
  /** How long each run takes; it never ends when that is infinite. */
  readonly runMilliseconds?: number
}

/** A task that keeps account of its runs. */
export interface RecordedTask {
  readonly task: Task
  /** When the runs began, in milliseconds since the task was made. */
  readonly runs: readonly number[]
  /** The runs that were left out. */
  skipped(): number
  /** The most runs that were under way at one time. */
  mostAtOnce(): number
  /** Runs that came to their end. */
  finished(): number
}

export interface RecordedSchedule extends RecordedTask, Schedule, RecordedLog {}

/** Makes a task for a schedule under fake timers. */
export function recordedTask({
  seconds,
  name = 'redis://localhost:6379',
  runMilliseconds = 20,
}: RecordedTaskOptions): RecordedTask {
  const made = performance.now()
  const runs: number[] = []
  let [skipped, underWay, most, finished] = [0, 0, 0, 0]
  return {
    runs,
    skipped: () => skipped,
    mostAtOnce: () => most,
    finished: () => finished,
    task: {
      name,
      intervalMilliseconds: seconds * 1000,
      onSkip(count) {
        skipped += count
      },
      async run() {
        runs.push(Math.round(performance.now() - made))
        underWay += 1
        most = Math.max(most, underWay)
        await runFor(runMilliseconds)
        underWay -= 1
        finished += 1
      },
    },
  }
}

/** Starts the schedule of one task with the clocks of the system, which are to be fake. */
export function startRecorded(options: RecordedTaskOptions): RecordedSchedule {
  const recorded = recordedTask(options)
  const recording = recordedLog()
  return {
    ...recorded,
    ...recording,
    ...startTasks([recorded.task], recording.log),
  }
}

/** Starts a schedule with the clocks of the system and adds tasks to it. */
export function startTasks(
  tasks: readonly Task[],
  log: Log = recordedLog().log,
  more: Partial<ScheduleOptions> = {},
): Schedule {
  const schedule = startSchedule({ clock: systemClock, log, spreads: false, ...more })
  for (const task of tasks) schedule.add(task)
  return schedule
}

/** All times from the start that an interval of so many seconds allows, up to and with `last`. */
export function grid(seconds: number, last: number): number[] {
  return Array.from({ length: Math.floor(last / seconds) + 1 }, (_, k) => k * seconds * 1000)
}

export async function seconds(count: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(count * 1000)
}

/**
 * Lets time pass without any timer running, as when the event loop is blocked or the process
 * frozen: afterwards each timer that came due fires once.
 */
export async function blockEventLoop(milliseconds: number): Promise<void> {
  // Vitest does not hand out its fake clock; the timers carry it with them.
  const { clock } = setTimeout as unknown as { clock: JumpingClock }
  // As in Node.js, what came due first fires first.
  for (const timer of Object.values(clock.timers)) timer.createdAt = timer.callAt
  clock.jump(milliseconds)
  await vi.advanceTimersByTimeAsync(0)
}

interface JumpingClock {
  readonly timers: Readonly<Record<string, { createdAt: number; readonly callAt: number }>>
  jump(milliseconds: number): void
}

async function runFor(milliseconds: number): Promise<void> {
  await new Promise<void>((resolve) => {
    if (milliseconds !== Infinity) setTimeout(resolve, milliseconds)
  })
}
