import { ownCopy } from '../own-copy.ts'
import { type Info, infoField } from './info.ts'

/** One run of a server, from its start to its end. */
export interface ServerRun {
  /** Its run_id, or else what tells one server from another where there is none. */
  readonly id: string
  /** When it began, in milliseconds of the reader's clock; known only where there is no run_id. */
  readonly startedAt: number | undefined
}

/** A server as it was when something was read of it. */
export interface Origin {
  readonly run: ServerRun
  /** Empty where nothing that was read tells the role. */
  readonly role: string
}

// An uptime is in whole seconds, and INFO takes its time to arrive.
const toleranceMilliseconds = 5000

/** The run that an INFO tells of; `now` is when it was read, in milliseconds. */
export function serverRun(info: Info, now: number): ServerRun {
  const field = (name: string) => ownCopy(infoField(info, 'server', name) ?? '')
  const runId = field('run_id')
  if (runId !== '') return { id: runId, startedAt: undefined }
  const uptime = field('uptime_in_seconds')
  return {
    id: ['redis_version', 'tcp_port', 'process_id'].map(field).join(' '),
    startedAt: uptime === '' ? undefined : now - Number(uptime) * 1e3,
  }
}

/** Whether both are the same run; by the begin as well where the server has no run_id. */
export function isSameRun(one: ServerRun, other: ServerRun): boolean {
  if (one.id !== other.id) return false
  const apart = Math.abs((one.startedAt ?? 0) - (other.startedAt ?? 0))
  return !(apart > toleranceMilliseconds)
}

/** Whether what was read of one server may stand beside what was read of the other. */
export function isSameOrigin(one: Origin, other: Origin): boolean {
  return one.role === other.role && isSameRun(one.run, other.run)
}
