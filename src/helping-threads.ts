import { readdirSync } from 'node:fs'
import { constants, getPriority, setPriority } from 'node:os'
import type { Log } from './log.ts'

// On a core that both want, a helper has a tenth of it; where others want it too, it does not starve.
const lower = 10

/**
 * Lets the threads by which Node.js collects garbage and compiles wait for ours, which polls and answers: on
 * one core they would hold it up for as long as they work. Linux takes a thread for a process here; elsewhere,
 * and where it is forbidden, all stays as it is.
 */
export function letHelpersWait(log: Pick<Log, 'debug'>): void {
  if (process.platform !== 'linux') return
  const lowered = Math.min(constants.priority.PRIORITY_LOW, getPriority() + lower)
  try {
    for (const thread of readdirSync('/proc/self/task').map(Number))
      if (thread !== process.pid) setPriority(thread, lowered)
  } catch (err) {
    log.debug({ err }, 'the threads that help keep their priority')
  }
}
