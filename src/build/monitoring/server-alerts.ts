import { type AlertGroup, perServer, theServer } from './alert.ts'

// A cache that may throw away any key is full when all is well.
const unlessCache = `unless ${perServer} redis_instance_info{maxmemory_policy=~"allkeys-.+"}`

// Redis before 7.2 does not count denials by themselves.
const refusals = (err: string) =>
  `sum without (err) (increase(redis_errors_total{err="${err}"}[10m]))`

const twoWeeks = '14 * 86400'

/** Memory, clients and commands of one server. */
export const serverAlerts: AlertGroup = {
  name: 'redis-server',
  title: 'Memory, clients and commands',
  alerts: [
    {
      name: 'RedisMemoryNearLimit',
      expr: `redis:memory_used:ratio > 0.9 ${unlessCache}`,
      for: '5m',
      severity: 'critical',
      summary: `${theServer} uses {{ $value | humanizePercentage }} of its memory limit`,
      reason:
        'At the limit it refuses writes, or throws away keys with an expiry, by its maxmemory-policy. Caches that may throw away any key (allkeys-*) are not meant.',
      advice: 'Raise maxmemory, let keys expire, find the big ones (--collect.biggest-keys).',
    },
    {
      name: 'RedisRefusesWrites',
      expr: 'rate(redis_errors_total{err="OOM"}[5m]) > 0',
      for: '1m',
      severity: 'critical',
      summary: `${theServer} refuses writes, as its memory is full`,
      reason: 'Commands were answered by OOM: the limit is reached and nothing may be thrown away.',
      advice: 'Raise maxmemory or delete keys; then look at maxmemory-policy.',
    },
    {
      name: 'RedisEvictsKeys',
      expr: `rate(redis_evicted_keys_total[5m]) > 0 ${unlessCache}`,
      for: '5m',
      severity: 'warning',
      summary: `${theServer} throws away {{ printf "%.1f" $value }} keys per second before they expire`,
      reason:
        'The memory limit is reached, and keys with an expiry make room. Caches that may throw away any key (allkeys-*) are not meant: of those RedisHitRatioCollapsed tells.',
      advice: 'Raise maxmemory or let keys expire earlier.',
    },
    {
      name: 'RedisConnectionsRejected',
      expr: 'increase(redis_rejected_connections_total[5m]) > 0',
      for: '1m',
      severity: 'critical',
      summary: `${theServer} turned clients away, as all its connections are taken`,
      reason: 'maxclients is reached: whoever comes now gets an error.',
      advice:
        'Look who holds them (--collect.clients-aggregate), mind leaking pools, set `timeout`, raise maxclients.',
    },
    {
      name: 'RedisConnectionsNearLimit',
      expr: 'redis:connected_clients:ratio > 0.85',
      for: '5m',
      severity: 'warning',
      summary: `${theServer} has {{ $value | humanizePercentage }} of the clients that it admits`,
      reason: 'When maxclients is reached, new clients are turned away, this exporter among them.',
      advice: 'As for RedisConnectionsRejected.',
    },
    {
      name: 'RedisHitRatioCollapsed',
      expr: 'redis:keyspace_hits:ratio_rate5m < 0.5 * avg_over_time(redis:keyspace_hits:ratio_rate5m[1d]) and redis:keyspace_lookups:rate5m > 10',
      for: '15m',
      severity: 'warning',
      summary: `${theServer} finds {{ $value | humanizePercentage }} of the keys that are looked up, less than half of what it did`,
      reason:
        'The cache is cold after a restart or a flush, too small (keys are thrown away), or clients ask for other keys than before.',
      advice:
        'Look at redis_evicted_keys_total, redis_expired_keys_total and redis_db_keys; a deployment that changed the names of keys shows so, too.',
    },
    {
      name: 'RedisCommandSlow',
      expr: 'redis:commands_duration_seconds:mean_rate5m{cmd!~"save|shutdown|flushall|flushdb|migrate"} > 0.05',
      for: '5m',
      severity: 'warning',
      summary: `{{ $labels.cmd }} takes {{ $value | humanizeDuration }} on ${theServer}`,
      reason: 'While it runs the server answers nobody else.',
      advice:
        'The slow log has its arguments. Take SCAN for KEYS, smaller ranges, UNLINK for DEL of large keys, shorter scripts.',
    },
    {
      name: 'RedisSlowlogGrows',
      expr: 'increase(redis_slowlog_last_id[10m]) > 10',
      for: '10m',
      severity: 'info',
      summary: `${theServer} had {{ printf "%.0f" $value }} slow commands in 10 minutes`,
      reason:
        'Commands take longer than slowlog-log-slower-than, of themselves or on a busy machine.',
      advice: 'SLOWLOG GET shows them; --collect.slowlog-entries counts them by command.',
    },
    {
      name: 'RedisLoginsRefused',
      expr: [
        'increase(redis_acl_access_denied_auth_total[10m]) > 10',
        'increase(redis_acl_access_denied_tls_cert_total[10m]) > 10',
        `${refusals('WRONGPASS')} > 10`,
      ].join(' or '),
      for: '1m',
      severity: 'warning',
      summary: `${theServer} refused {{ printf "%.0f" $value }} logins in 10 minutes`,
      reason: 'A client has an old password, or somebody tries some.',
      advice: 'ACL LOG tells users and addresses; --collect.acl-log counts them.',
    },
    {
      name: 'RedisAccessDenied',
      expr: [
        ...['cmd', 'key', 'channel', 'db'].map(
          (what) => `increase(redis_acl_access_denied_${what}_total[10m]) > 0`,
        ),
        `${refusals('NOPERM')} > 0`,
      ].join(' or '),
      for: '1m',
      severity: 'info',
      summary: `${theServer} denied commands, keys or channels {{ printf "%.0f" $value }} times in 10 minutes`,
      reason:
        'A user did what its ACL does not allow. What this exporter may not read counts too: then RedisCollectorFails fires.',
      advice: 'ACL LOG tells who and what; --collect.acl-log counts them by reason.',
    },
    {
      name: 'RedisCertificateExpires',
      expr: [
        `redis_tls_certificate_expiry_timestamp_seconds - time() < ${twoWeeks}`,
        ...Object.entries({ server: 'server', client: 'outgoing', ca: 'ca' }).map(
          ([field, use]) =>
            `label_replace(redis_tls_${field}_cert_expires_in_seconds < ${twoWeeks}, "use", "${use}", "", "")`,
        ),
      ].join(' or '),
      for: '1h',
      severity: 'warning',
      summary: `A certificate ({{ $labels.use }}) for ${theServer} expires in {{ $value | humanizeDuration }}`,
      reason:
        'From then on connections by TLS fail: to the server (server), of this exporter (client), of the server to its replicas and nodes (outgoing), or all that the authority has signed (ca). The last two are those that the server tells of (Valkey 9.1).',
      advice:
        'Renew it. CONFIG SET tls-cert-file to the same path has the server read it; the exporter reads its own for each new connection.',
      needs: 'TLS to Redis, or a server that tells of its certificates',
    },
  ],
}
