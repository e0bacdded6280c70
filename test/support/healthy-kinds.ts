import { newerServers } from './newer-servers.ts'

const denials = (...kinds: readonly string[]) =>
  kinds.map((kind) => `redis_acl_access_denied_${kind}_total`)
const certificates = ['ca', 'client', 'server'].map(
  (one) => `redis_tls_${one}_cert_expires_in_seconds`,
)
const slotStatistics = ['--cluster-slot-stats-enabled', 'yes']

/** What only a protected port tells. */
export const ofPort = [
  'redis_exporter_web_certificate_expiry_timestamp_seconds',
  'redis_exporter_web_config_last_reload_successful',
]

/** What shows that an alert fires, as one or the other does for a while where a machine is busy for long. */
export const ofAlerts = 'Redis / Overview, Alerts A'

/** What one exporter for all does not show whose port is open. */
export const notOfOpenPort = ['Redis / Exporter, Certificates expire in B']

/** The kinds, by their jobs: what they do not tell the rules, and which panels have nothing for that. */
export const kinds = {
  machine: {
    program: undefined,
    clusterArgs: [],
    lacks: [
      ...denials('auth', 'channel', 'cmd', 'db', 'key', 'tls_cert'),
      'redis_rdb_saves_consecutive_failures',
      ...certificates,
    ],
    // Since Redis 7.2 and 8, and of Valkey.
    empty: [
      'Redis / Clients, By library A',
      'Redis / Clients, Turned away or cut off B',
      'Redis / Clients, Turned away or cut off C',
      'Redis / Cluster, Slots that take most time A',
      'Redis / Cluster, Slots with most keys A',
      'Redis / Commands and latency, Large requests and replies A',
      'Redis / Commands and latency, The event loop A',
      'Redis / Commands and latency, The event loop B',
      'Redis / Keys and streams, Sizes, by type A',
    ],
  },
  'redis-8': {
    program: newerServers['redis-8'],
    clusterArgs: slotStatistics,
    lacks: [...denials('db'), ...certificates],
    empty: ['Redis / Commands and latency, Large requests and replies A'],
  },
  'valkey-9': {
    program: newerServers['valkey-9'],
    clusterArgs: slotStatistics,
    lacks: ['redis_rdb_saves_consecutive_failures'],
    empty: ['Redis / Keys and streams, Sizes, by type A'],
  },
} as const
/** The job of a kind. */
export type Kind = keyof typeof kinds
