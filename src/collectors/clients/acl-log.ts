import { counter, gauge, type Metric, type Sample, sample } from '../../metrics/metric.ts'
import { type AclLogEntry, readAclLog } from '../../redis/acl-log-entries.ts'
import { redisError } from '../../redis/redis-error.ts'
import type { Collector, Poll } from '../collector.ts'
import { partOf } from '../reading/part.ts'
import { perRun } from '../reading/per-run.ts'
import {
  countDenials,
  countEntries,
  type DenialCounts,
  type DenialsSeen,
  labelledCounts,
  noDenials,
} from './denials.ts'

// The length that the log has unless acllog-max-len says otherwise.
const mostEntries = 128

const labels = ['reason', 'context'] as const
type OfDenials = Metric<(typeof labels)[number], never>

const entries = gauge(
  'acl_log_entries',
  `Entries of the ACL log, of its newest ${mostEntries} (ACL LOG: reason, context)`,
  labels,
)
const denied = counter(
  'acl_log_denied_total',
  'Denials that came into the ACL log since the exporter looks at it (ACL LOG: count)',
  labels,
)
const users = gauge('acl_users', 'Users that the server knows (ACL USERS)')

/** Remembers the entries of each server, so that those to come can be counted. */
export function createAclLog(): Collector {
  const states = perRun<{ seen: DenialsSeen | undefined }>(() => ({ seen: undefined }))

  return {
    name: 'acl-log',
    help: 'denied commands, keys, channels and logins by reason, from ACL LOG; number of users',
    metrics: [entries, denied, users],
    commands: ['acl|log', 'acl|users'],
    alsoOfSentinel: true,
    optIn: true,
    cost: '2 µs of Redis per poll with an empty log, 11 µs with 10 entries, 0.1 ms with 128 (7.0.15), whatever the clients and keys; 71 series at most',
    appliesTo: (server) => server.knows('acl'),
    forget: states.forget,
    async collect(poll) {
      const now = poll.unixSeconds
      const [info, reply, known] = await Promise.all([
        poll.info(),
        poll.read('ACL', 'LOG', `${mostEntries}`),
        partOf(poll, 'ACL USERS', countUsers(poll), []),
      ])
      // No more than were asked for.
      const log = readAclLog(Array.isArray(reply) ? reply.slice(0, mostEntries) : reply)
      const state = states.of(info, now)
      state.seen = countDenials(state.seen ?? firstSight(log, now), log, now)
      const { total } = state.seen
      return [...samplesOf(entries, countEntries(log)), ...known, ...samplesOf(denied, total)]
    },
  }
}

// What came before we looked is not ours to count.
function firstSight(log: readonly AclLogEntry[], now: number): DenialsSeen {
  return { ...countDenials(noDenials, log, now), total: new Map() }
}

async function countUsers({ read }: Poll): Promise<readonly Sample[]> {
  const reply = await read('ACL', 'USERS')
  if (!Array.isArray(reply)) throw redisError('parse', 'ACL USERS gave no list')
  return [sample(users, reply.length)]
}

function samplesOf(metric: OfDenials, counts: DenialCounts): readonly Sample[] {
  return labelledCounts(counts).map(({ labels, count }) => sample(metric, count, labels))
}
