import { readdirSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'
import type { Log } from './log.ts'

// On a core that both want, a helper has a tenth of it; where others want it too, it does not starve.
const lowerThanOurs = 10

// A third of what another has on a core that both want, and mostly what wakes up need not wait for us at all.
const lowerThanOthers = 5

/**
 * Lets the threads by which Node.js collects garbage and compiles wait for ours, which polls and answers: on
 * one core they would hold it up for as long as they work.
 */
export function letHelpersWait(log: Pick<Log, 'debug'>): void {
  lower((thread) => thread !== process.pid, lowerThanOurs, log)
}

/**
 * Makes what lets others go first on this machine, as Redis and its clients, when it is called for the first time:
 * who walks their keys for minutes makes them wait for a core more often than for Redis. It is not taken back, for
 * which it takes a privilege.
 */
export function createGiveWay(log: Pick<Log, 'debug'>): () => void {
  let hasGiven = false
  return () => {
    if (!hasGiven) lower(() => true, lowerThanOthers, log)
    hasGiven = true
  }
}

// Linux takes a thread for a process here; elsewhere, and where it is forbidden, all stays as it is.
function lower(which: (thread: number) => boolean, by: number, log: Pick<Log, 'debug'>): void {
  if (process.platform !== 'linux') return
  try {
    for (const thread of readdirSync('/proc/self/task').map(Number).filter(which))
      setPriority(thread, Math.min(constants.priority.PRIORITY_LOW, getPriority(thread) + by))
  } catch (err) {
    log.debug({ err }, 'threads keep their priority')
  }
}
