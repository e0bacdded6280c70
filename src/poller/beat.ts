import { type Logger as CronLogger, createTask, type ScheduledTask } from 'node-cron'
import type { Log } from '../log.ts'
import type { Clock } from './clock.ts'

/** The beat of the schedule, in milliseconds. */
export const beatMilliseconds = 1000

const watchMilliseconds = 100
// Beyond this the wall clock was set: adjustments by NTP are slower by far.
const jumpMilliseconds = 500

/**
 * Calls `tick` once a second until stopped. node-cron goes by the wall clock: set back, it would
 * stay silent until the old time returns; set forward, it would block the event loop while it
 * counts what it missed. So the wall clock is held against the monotonic one, and the task is made
 * anew when they part.
 */
export function startBeat(tick: () => void, clock: Clock, log: Log): () => void {
  let task = startTask(tick, log)
  let distance = clock.wall() - clock.monotonic()

  const watch = setInterval(() => {
    const current = clock.wall() - clock.monotonic()
    if (Math.abs(current - distance) < jumpMilliseconds) return
    log.warn(
      { seconds: (current - distance) / 1e3 },
      'the wall clock was set; the schedule goes on',
    )
    distance = current
    stopTask(task, log)
    task = startTask(tick, log)
  }, watchMilliseconds)

  return () => {
    clearInterval(watch)
    stopTask(task, log)
  }
}

function startTask(tick: () => void, log: Log): ScheduledTask {
  const task = createTask('* * * * * *', tick, {
    logger: toCronLogger(log),
    suppressMissedWarning: true,
  })
  settle(task.start(), log)
  return task
}

function stopTask(task: ScheduledTask, log: Log): void {
  settle(task.destroy(), log)
}

function settle(result: void | Promise<void>, log: Log): void {
  Promise.resolve(result).catch((err) => log.error({ err }, 'the schedule failed'))
}

// Its own logger writes to the console, past ours.
function toCronLogger(log: Log): CronLogger {
  return {
    info: (message) => log.debug(message),
    debug: (message) => log.debug(String(message)),
    warn: (message) => log.warn(message),
    error: (message) => log.error(String(message)),
  }
}
