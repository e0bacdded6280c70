import type { AclLogEntry } from '../../redis/acl-log-entries.ts'
import { other } from '../reading/most-frequent.ts'

const reasons = ['auth', 'channel', 'command', 'database', 'key', 'tls-cert']
const contexts = ['lua', 'module', 'multi', 'toplevel']

/** A reason and a context, as one text. */
type Kind = string

/**
 * Whatever Redis has names for, from the start: so that the first denial is an increase and not a
 * new series.
 */
const allKinds: readonly Kind[] = reasons.flatMap((reason) =>
  contexts.map((context) => kindOf({ reason, context })),
)

/** Counts by reason and context; what we do not know by name is `other`. */
export type DenialCounts = ReadonlyMap<Kind, number>

/** What is known of one run of a server. */
export interface DenialsSeen {
  /** All denials of late, counted. */
  readonly total: DenialCounts
  /** The denials of each entry of the last reply; entries of one key taken together. */
  readonly entries: ReadonlyMap<string, number>
  readonly newestId: number
  readonly unixSeconds: number
}

export const noDenials: DenialsSeen = {
  total: new Map(),
  entries: new Map(),
  newestId: -1,
  unixSeconds: 0,
}

/** Adds to what is known what is new in the log, as it was read at `unixSeconds`. */
export function countDenials(
  before: DenialsSeen,
  log: readonly AclLogEntry[],
  unixSeconds: number,
): DenialsSeen {
  const total = new Map(before.total)
  const entries = new Map<string, number>()
  const alike = groupByKey(log, unixSeconds - before.unixSeconds)
  for (const [key, { entry, denials, recent }] of alike) {
    entries.set(key, denials)
    const known = before.entries.get(key)
    const kind = kindOf(entry)
    const more =
      known === undefined ? unseen(entry, denials, before) : grown(known, denials, recent)
    if (more > 0) total.set(kind, (total.get(kind) ?? 0) + more)
  }
  const newestId = log.reduce((newest, { id = -1 }) => Math.max(newest, id), before.newestId)
  return { total, entries, newestId, unixSeconds }
}

/** The entries of a log by reason and context. */
export function countEntries(log: readonly AclLogEntry[]): DenialCounts {
  const counts = new Map<Kind, number>()
  for (const entry of log) counts.set(kindOf(entry), (counts.get(kindOf(entry)) ?? 0) + 1)
  return counts
}

/** Counts with their labels, those of 0 among them. */
export function labelledCounts(counts: DenialCounts) {
  return [...new Set([...allKinds, ...counts.keys()])].map((kind) => {
    const [reason = '', context = ''] = kind.split(' ')
    return { labels: { reason, context }, count: counts.get(kind) ?? 0 }
  })
}

/** Entries of one key: one with an id, or all that are alike where there are no ids. */
interface Alike {
  readonly entry: AclLogEntry
  readonly denials: number
  /** The denials of those that something came to since the log was read before. */
  readonly recent: number
}

function groupByKey(log: readonly AclLogEntry[], secondsSince: number): Map<string, Alike> {
  const groups = new Map<string, Alike>()
  for (const entry of log) {
    const { denials = 0, recent = 0 } = groups.get(entry.key) ?? {}
    const isRecent = entry.ageSeconds < secondsSince
    groups.set(entry.key, {
      entry,
      denials: denials + entry.count,
      recent: recent + (isRecent ? entry.count : 0),
    })
  }
  return groups
}

// An old entry that was not among those read comes back when something is added to it.
function unseen({ id = Infinity }: AclLogEntry, denials: number, { newestId }: DenialsSeen) {
  return id > newestId ? denials : 1
}

// Without ids the log was cleared, or its oldest entries went: then what came of late is new.
function grown(known: number, denials: number, recent: number): number {
  return denials >= known ? denials - known : recent
}

function kindOf({ reason, context }: Pick<AclLogEntry, 'reason' | 'context'>): Kind {
  const nameIn = (list: readonly string[], text: string) => (list.includes(text) ? text : other)
  return `${nameIn(reasons, reason)} ${nameIn(contexts, context)}`
}
