import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))

/** The processor time that a process has used in all its threads, user and system together. */
export function processorSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name in brackets may hold spaces; behind it the state is field 3, utime 14, stime 15.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond
}

/** The processor time of the threads that a process has now, in seconds, to the nanosecond. */
export function threadSeconds(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  const times = threads.map((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8'),
  )
  return times.reduce((sum, text) => sum + Number(text.split(' ')[0]) / 1e9, 0)
}

/** For how long the thread that a process began with has run, and had to wait for a core, in milliseconds. */
export function mainThread(pid: number): { readonly ran: number; readonly waited: number } {
  const [ran, waited] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')
  return { ran: Number(ran) / 1e6, waited: Number(waited) / 1e6 }
}

/** The memory of a process that is in RAM, when it has stopped to change. */
export async function settledResidentBytes(pid: number): Promise<number> {
  let last = residentBytes(pid)
  for (let attempt = 0; attempt < 20; attempt++) {
    await delay(200)
    const now = residentBytes(pid)
    if (Math.abs(now - last) < 0.002 * last) return now
    last = now
  }
  return last
}

/** The memory of a process that is in RAM now. */
export function residentBytes(pid: number): number {
  return statusBytes(pid, 'VmRSS')
}

/** The memory of a process that is its own: Linux cannot drop it, as it can what stands in files. */
export function anonymousBytes(pid: number): number {
  return statusBytes(pid, 'RssAnon')
}

/** The most memory of a process that was ever in RAM. */
export function peakResidentBytes(pid: number): number {
  return statusBytes(pid, 'VmHWM')
}

function statusBytes(pid: number, field: string): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const kilobytes = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]
  if (kilobytes === undefined) throw new Error(`no ${field} in /proc/${pid}/status`)
  return Number(kilobytes) * 1024
}
