import { ownCopy } from '../own-copy.ts'
import { type Info, infoField, wholeNumberIn } from './info.ts'
import { parseNameValueList } from './names-and-values.ts'

/** Where a server stands in its stream of replication, as it told when it was polled. */
export interface ReplicationPosition {
  readonly role: 'master' | 'replica'
  /** The id of the stream, which a master and all of its replicas have in common. */
  readonly stream: string
  /** How much of it the server has written, or taken in, in bytes. */
  readonly offset: number
  /** Of a replica, where it says that its master is. */
  readonly master: Place | undefined
  /** Whether a replica is connected to it. */
  readonly isLinked: boolean
  /** Of a master, those that are connected. */
  readonly replicas: readonly SeenReplica[]
  /** Whether these are all of them; a few may be left out, or not be readable. */
  readonly areAllReplicas: boolean
  /** It stood there between these two moments, by the monotonic clock in milliseconds. */
  readonly askedAt: number
  readonly heardAt: number
}

export interface Place {
  readonly host: string
  readonly port: string
}

/** A replica as its master sees it. */
export interface SeenReplica extends Place {
  /** How much it has acknowledged; undefined before it has acknowledged anything. */
  readonly offset: number | undefined
  /** Seconds since it last answered. */
  readonly lagSeconds: number | undefined
}

/** The fields of INFO replication that tell of a replica each. */
export const replicaField = /^slave\d+$/

/** The second connection of a replica that synchronises, on Valkey; the first one tells of it. */
export function isSecondConnection(parts: ReadonlyMap<string, string>): boolean {
  return parts.get('type') === 'rdb-channel'
}

/** The replicas of a master at most; who has more is a relay that nobody watches one by one. */
const mostReplicas = 100

/**
 * The position that an INFO tells of; undefined where it tells of none: before Redis 4, of a server
 * with several masters, and of a replica that is being sent all of the data.
 */
export function replicationPosition(
  info: Info,
  { askedAt, heardAt }: Pick<ReplicationPosition, 'askedAt' | 'heardAt'>,
): ReplicationPosition | undefined {
  const field = (name: string) => {
    const text = infoField(info, 'replication', name)
    return text === undefined ? undefined : ownCopy(text)
  }
  const stream = field('master_replid')
  const role = rolesByName.get(field('role') ?? '')
  const offset = wholeNumberIn(
    field(role === 'replica' ? 'slave_repl_offset' : 'master_repl_offset'),
  )
  if (!stream || !role || offset === undefined) return undefined
  if (role === 'replica' && !isInStream(field, offset)) return undefined
  const [host, port] = [field('master_host'), field('master_port')]
  return {
    role,
    stream,
    offset,
    master: host === undefined || port === undefined ? undefined : { host, port },
    isLinked: field('master_link_status') === 'up',
    ...(role === 'master' ? seenReplicas(info) : { replicas: [], areAllReplicas: true }),
    askedAt,
    heardAt,
  }
}

/** One that is sent all of the data, or was not to the end, has no place in the stream. */
function isInStream(field: (name: string) => string | undefined, offset: number): boolean {
  if (field('master_sync_in_progress') === '1') return false
  return field('master_link_status') === 'up' || offset > 1
}

const rolesByName: ReadonlyMap<string, ReplicationPosition['role']> = new Map([
  ['master', 'master'],
  ['slave', 'replica'],
])

function seenReplicas(info: Info): Pick<ReplicationPosition, 'replicas' | 'areAllReplicas'> {
  const replicas: SeenReplica[] = []
  let told = 0
  for (const [field, text] of info.sections.get('replication') ?? []) {
    if (!replicaField.test(field)) continue
    const parts = parseNameValueList(ownCopy(text))
    if (isSecondConnection(parts)) continue
    told += 1
    if (replicas.length === mostReplicas) break
    const [host, port] = [parts.get('ip'), parts.get('port')]
    if (host === undefined || port === undefined) continue
    const number = (part: string) => wholeNumberIn(parts.get(part))
    // The offset is 0 until the first acknowledgement, which comes when the data is loaded.
    replicas.push({ host, port, offset: number('offset') || undefined, lagSeconds: number('lag') })
  }
  return { replicas, areAllReplicas: told === replicas.length }
}
