import { type Logger as CronLogger, createTask, type ScheduledTask } from 'node-cron'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'

/** The beat of the schedule, in milliseconds. */
export const beatMilliseconds = 1000

// The look at the clocks comes this much ahead of the second, when node-cron wakes up.
const leadMilliseconds = 2
// The names of the time that node-cron goes by take long to load. Until so much ahead of the first
// second nobody waits for it, and the first polls have the processor.
const headStartMilliseconds = 200
// Beyond this the wall clock was set: adjustments by NTP are slower by far.
const jumpMilliseconds = 500
// Beyond this we were frozen or blocked, and node-cron would walk through every second of it.
const gapMilliseconds = 60_000

/**
 * Calls `tick` once a second until stopped. node-cron goes by the wall clock: set back, it would
 * stay silent until the old time returns; set forward, it would block the event loop while it
 * counts what it missed. So the wall clock is held against the monotonic one just before node-cron
 * looks at it, and the task is made anew when they part.
 */
export function startBeat(tick: () => void, clock: Clock, log: Log): () => void {
  // Whatever zone it is told, node-cron cuts off milliseconds in local time: in the hour that comes
  // twice when summer time ends, this sets it back by an hour. We have no use for a local time.
  process.env.TZ = 'UTC'
  let task: ScheduledTask | undefined
  let last = readClocks(clock)
  let timer = setTimeout(begin, Math.max(0, untilLook(clock) - headStartMilliseconds))

  // To make it and to start it takes some milliseconds each at first: one turn for either.
  function begin(): void {
    const made = makeTask(tick, log)
    task = made
    timer = setTimeout(() => {
      settle(made.start(), log)
      last = readClocks(clock)
      timer = setTimeout(look, untilLook(clock))
    }, 1)
  }

  function look(): void {
    timer = setTimeout(look, untilLook(clock))
    const now = readClocks(clock)
    const passed = now.monotonic - last.monotonic
    const jump = now.wall - last.wall - passed
    last = now
    if (Math.abs(jump) < jumpMilliseconds && passed < gapMilliseconds) return
    log.warn(
      { jumpSeconds: jump / 1e3, gapSeconds: passed / 1e3 },
      'the wall clock was set, or the exporter stood still; the schedule goes on',
    )
    if (task) stopTask(task, log)
    task = makeTask(tick, log)
    settle(task.start(), log)
    tick()
  }

  return () => {
    clearTimeout(timer)
    if (task) stopTask(task, log)
  }
}

function readClocks(clock: Clock) {
  return { monotonic: clock.monotonic(), wall: clock.wall() }
}

function untilLook(clock: Clock): number {
  return beatMilliseconds - ((clock.wall() + leadMilliseconds) % beatMilliseconds)
}

function makeTask(tick: () => void, log: Log): ScheduledTask {
  return createTask('* * * * * *', tick, {
    logger: toCronLogger(log),
    suppressMissedWarning: true,
  })
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
    error: (failure) => log.error({ err: failure }, 'the schedule failed'),
  }
}
