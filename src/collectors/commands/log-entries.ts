import type { Command, Reply } from '../../redis/command.ts'
import { sectionLines } from '../../redis/info.ts'
import { type RedisError, redisError } from '../../redis/redis-error.ts'
import { inSlices } from '../../yielding.ts'
import type { Poll } from '../collector.ts'
import { other } from '../reading/most-frequent.ts'

/** An entry of the slow log or of a command log of Valkey. */
export interface LogEntry {
  readonly id: number
  /** Microseconds in the slow log, bytes in the others. */
  readonly amount: number
  /** As commandstats calls it, else `other`. */
  readonly cmd: string
}

/** What came into a log since it was looked at before. */
export interface NewEntries {
  readonly entries: readonly LogEntry[]
  /** How many came and went unseen, or were more than are read. */
  readonly missed: number
}

/** What was read of a log. */
export interface LogPage {
  readonly entries: readonly LogEntry[]
  /** Whether it was ever emptied, so that no entry need be the first one. */
  readonly wasReset: boolean
}

/** Reads the newest entries of a log, so many at most. */
export type ReadLog = (count: number) => Promise<LogPage>

// An idle log costs what so few entries cost, a busy one no more than so many.
const fewest = 16
const most = 512

/** Follows one log of one run of a server. */
export interface LogFollower {
  /** How many entries to read at first. */
  count(): number
  /** Finds what is new in what was read, and reads on where that is not all. */
  findNew(page: LogPage, read: ReadLog): Promise<NewEntries>
}

/**
 * Makes what finds the new entries in one log of one run of a server. Ids rise by one for
 * as long as the server runs, whatever becomes of the entries; their times are by another clock and
 * not looked at. The first time only the newest id is learnt: what came before is not ours to count.
 */
export function followLog(): LogFollower {
  let isKnown = false
  // Undefined as well while a log is empty whose next id cannot be known.
  let last: number | undefined
  let count = 1

  async function findNew(page: LogPage, read: ReadLog): Promise<NewEntries> {
    const newest = newestId(page.entries)
    // A server without a run_id that was restarted counts from 0 again.
    const isOther = newest !== undefined && last !== undefined && newest < last
    if (!isKnown || isOther) {
      isKnown = true
      last = newest ?? (page.wasReset ? undefined : -1)
      count = fewest
      return { entries: [], missed: 0 }
    }
    const entries = await newerThan(last, page.entries, count, read)
    const came = last === undefined ? 0 : idsBetween(last, entries)
    const missed = Math.max(0, came - entries.length)
    last = newestId(entries) ?? last
    count = Math.min(Math.max(2 * (entries.length + missed), fewest), most)
    return { entries, missed }
  }

  return { count: () => count, findNew }
}

/** The entries of a page that are newer than an id, and those behind it where all of it is new. */
async function newerThan(
  last = -1,
  page: readonly LogEntry[],
  count: number,
  read: ReadLog,
): Promise<readonly LogEntry[]> {
  const isNew = ({ id }: LogEntry) => id > last
  const found = new Map(page.filter(isNew).map((entry) => [entry.id, entry]))
  const came = idsBetween(last, page)
  if (found.size >= count && came > found.size && count < most) {
    // While this is read, more may come and push the oldest out of reach.
    const more = await read(Math.min(came + fewest, most))
    for (const entry of more.entries.filter(isNew)) found.set(entry.id, entry)
  }
  return [...found.values()]
}

function idsBetween(last: number, entries: readonly LogEntry[]): number {
  return (newestId(entries) ?? last) - last
}

function newestId(entries: readonly LogEntry[]): number | undefined {
  if (entries.length === 0) return undefined
  return entries.reduce((newest, { id }) => Math.max(newest, id), 0)
}

/** The names of lines of commandstats. */
type Names = Pick<ReadonlySet<string>, 'has'>

/** Reads a log by SLOWLOG GET or COMMANDLOG GET. */
export async function readLog(poll: Poll, ...command: Command): Promise<LogPage> {
  const [reply, info] = await Promise.all([poll.read(...command), poll.info()])
  const stats = new Set<string>()
  await inSlices(sectionLines(info, 'commandstats'), ([name]) => void stats.add(name))
  const wasReset = stats.has(`cmdstat_${command[0].toLowerCase()}|reset`)
  // No more than were asked for.
  const some = Array.isArray(reply) ? reply.slice(0, most) : reply
  return { entries: readEntries(some, stats), wasReset }
}

/**
 * The entries in the reply of SLOWLOG GET or COMMANDLOG GET: each is a list of id, time, amount,
 * the words of the command, and more. Of the words no more is kept than the name of the command,
 * and only if commandstats has it: a renamed command stands here under the name it was given to be
 * out of sight.
 */
export function readEntries(reply: Reply, stats: Names): LogEntry[] {
  if (!Array.isArray(reply)) throw unreadable()
  return reply.map((entry: Reply) => {
    const [id, , amount, words]: Reply[] = Array.isArray(entry) ? entry : []
    if (!isCount(id) || !isCount(amount)) throw unreadable()
    return { id, amount, cmd: commandOf(words ?? null, stats) }
  })
}

function commandOf(words: Reply, stats: Names): string {
  const [first, second] = (Array.isArray(words) ? words : []).slice(0, 2).map(String)
  const [name = '', subcommand = ''] = [first?.toLowerCase(), second?.toLowerCase()]
  const isCommand = (text: string) => stats.has(`cmdstat_${text}`)
  if (isCommand(`${name}|${subcommand}`)) return `${name}|${subcommand}`
  return isCommand(name) ? name : other
}

/** The name under which a command is counted, where no more than some shall have series. */
export function boundedName(cmd: string, known: ReadonlyMap<string, unknown>, most: number) {
  return known.has(cmd) || known.size < most ? cmd : other
}

function isCount(value: Reply | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function unreadable(): RedisError {
  return redisError('parse', 'the log holds something other than entries')
}
