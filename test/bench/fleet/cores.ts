import { execFileSync } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** What is measured has this core, and the servers and those who ask share another, where there is one. */
export const measuredCore = 0
export const otherCore = availableParallelism() > 1 ? 1 : 0

/** Keeps a process, with all its threads, on one core. */
export function moveTo(core: number, pid: number): void {
  execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', String(core), String(pid)])
}
