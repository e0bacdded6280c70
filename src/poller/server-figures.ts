import { type Info, infoField, sectionFields, sectionLines, wholeNumberIn } from '../redis/info.ts'
import type { ReplicationPosition } from '../redis/replication-position.ts'

/** What people look at first, as one INFO told it: numbers alone, so that nothing of a poll is kept alive. */
export interface ServerFigures {
  /** When INFO arrived, by the monotonic clock in milliseconds. */
  readonly readAt: number
  readonly uptimeSeconds: number | undefined
  /** Commands since the server started. */
  readonly commands: number | undefined
  /** Calls of commands and the time spent in them, as far as they are told by command. */
  readonly calls: number | undefined
  readonly callMicroseconds: number | undefined
  readonly memoryBytes: number | undefined
  /** Undefined where there is none. */
  readonly memoryLimitBytes: number | undefined
  readonly clients: number | undefined
  readonly mostClients: number | undefined
  readonly hits: number | undefined
  readonly misses: number | undefined
  /** Of all databases. */
  readonly keys: number | undefined
  /** Of a Sentinel. */
  readonly masters: number | undefined
  readonly replication: ReplicationFigures | undefined
}

export type ReplicationFigures =
  | {
      readonly kind: 'master'
      readonly replicas: number
      /** Of the replica that is furthest behind, as far as they have acknowledged anything. */
      readonly lagBytes: number | undefined
      /** Of the one that has been silent for longest. */
      readonly lagSeconds: number | undefined
    }
  | {
      readonly kind: 'replica'
      readonly isLinked: boolean
      /** Since the master was last heard of, or the link went down. */
      readonly silentSeconds: number | undefined
    }

/** Source: https://redis.io/docs/latest/commands/info/ */
export function serverFigures(
  info: Info,
  readAt: number,
  position: ReplicationPosition | undefined,
): ServerFigures {
  const field = (section: string, name: string) => wholeNumberIn(infoField(info, section, name))
  return {
    readAt,
    uptimeSeconds: field('server', 'uptime_in_seconds'),
    commands: field('stats', 'total_commands_processed'),
    ...callsOf(info),
    memoryBytes: field('memory', 'used_memory'),
    memoryLimitBytes: field('memory', 'maxmemory') || undefined,
    clients: field('clients', 'connected_clients'),
    mostClients: field('clients', 'maxclients'),
    hits: field('stats', 'keyspace_hits'),
    misses: field('stats', 'keyspace_misses'),
    keys: keysOf(info),
    masters: field('sentinel', 'sentinel_masters'),
    replication: replicationOf(info, position),
  }
}

/** They are read in one go, and no server has as many. */
const mostCommands = 2_000

function callsOf(info: Info): Pick<ServerFigures, 'calls' | 'callMicroseconds'> {
  let calls: number | undefined
  let callMicroseconds: number | undefined
  let lines = 0
  for (const [, text] of sectionLines(info, 'commandstats')) {
    lines += 1
    if (lines > mostCommands) break
    const [count, spent] = [partOf(text, 'calls='), partOf(text, 'usec=')]
    if (count === undefined || spent === undefined) continue
    calls = (calls ?? 0) + count
    callMicroseconds = (callMicroseconds ?? 0) + spent
  }
  return { calls, callMicroseconds }
}

/** The same of databases, of which nothing is told where there are more. */
const mostDatabases = 10_000

function keysOf(info: Info): number | undefined {
  const databases = sectionFields(info, 'keyspace')
  if (!info.sections.has('keyspace') || databases.size > mostDatabases) return undefined
  let keys = 0
  for (const text of databases.values()) keys += partOf(text, 'keys=') ?? 0
  return keys
}

// Without a list of all parts, since there are hundreds of such lines with each poll.
function partOf(text: string, name: string): number | undefined {
  const found = text.startsWith(name) ? 0 : text.indexOf(`,${name}`) + 1
  if (found === 0 && !text.startsWith(name)) return undefined
  const end = text.indexOf(',', found)
  return wholeNumberIn(text.slice(found + name.length, end < 0 ? undefined : end))
}

function replicationOf(
  info: Info,
  position: ReplicationPosition | undefined,
): ReplicationFigures | undefined {
  const field = (name: string) => infoField(info, 'replication', name)
  const role = field('role')
  if (role === 'slave') {
    const isLinked = field('master_link_status') === 'up'
    const since = isLinked ? 'master_last_io_seconds_ago' : 'master_link_down_since_seconds'
    return { kind: 'replica', isLinked, silentSeconds: wholeNumberIn(field(since)) }
  }
  const replicas = wholeNumberIn(field('connected_slaves'))
  if (role !== 'master' || replicas === undefined) return undefined
  const seen = position?.replicas ?? []
  return {
    kind: 'master',
    replicas,
    lagBytes: largest(
      seen.map(({ offset }) =>
        offset === undefined ? undefined : Math.max(0, (position?.offset ?? 0) - offset),
      ),
    ),
    lagSeconds: largest(seen.map(({ lagSeconds }) => lagSeconds)),
  }
}

function largest(values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined)
  return known.length === 0 ? undefined : Math.max(...known)
}
