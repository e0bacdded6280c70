import { expect, it } from 'vitest'
import { polledTarget, pollValues } from '../../support/polled-target.ts'
import { startRedis } from '../../support/redis-server.ts'
import { tlsCertificates } from '../../support/tls-certificates.ts'

it('the spikes of an event are counted and added up', async () => {
  await using redis = await startRedis({ args: ['--latency-monitor-threshold', '1'] })
  const client = redis.client()
  for (let count = 0; count < 5; count++)
    await client.eval('local sum = 0 for i = 1, 1000000 do sum = sum + i end return sum', 0)
  using target = polledTarget(redis.url)
  const value = await pollValues(target)

  const of = { event_name: 'command' }
  expect(value('redis_latency_spikes_total', of)).toBeGreaterThanOrEqual(5)
  const longest = value('redis_latency_spike_max_seconds', of) ?? 0
  expect(value('redis_latency_spikes_seconds_total', of)).toBeGreaterThan(longest)
})

it('a database that a user may not enter is a reason of its own', async () => {
  await using redis = await startRedis()
  using target = polledTarget(redis.url, { collect: ['acl-log'] })
  await target.poll()
  await redis.client().call('ACL', 'SETUSER', 'limited', 'on', 'nopass', '~*', '+@all', 'db=0')
  const client = redis.client()
  await client.call('AUTH', 'limited', 'any')
  await client.call('SELECT', '1').catch(() => {})
  const value = await pollValues(target)

  expect(value('redis_acl_log_entries', { reason: 'database', context: 'toplevel' })).toBe(1)
  expect(value('redis_acl_access_denied_db_total')).toBe(1)
})

it('certificates tell when they run out', async () => {
  await using certificates = await tlsCertificates()
  const { server, ca, client } = certificates
  await using redis = await startRedis({ tls: { ...server, ca } })
  using target = polledTarget(redis.url, {
    tls: {
      tlsCaFile: ca,
      tlsClientCertificateFile: client.cert,
      tlsClientKeyFile: client.key,
    },
  })
  const value = await pollValues(target)

  expect(value('redis_tls_server_cert_expires_in_seconds')).toBeGreaterThan(0)
  expect(value('redis_tls_ca_cert_expires_in_seconds')).toBeGreaterThan(0)
  expect(value('redis_tls_certificate_info', { certificate: 'server' })).toBe(1)
})

it('the bytes of slots that move are counted', async () => {
  await using redis = await startRedis()
  using target = polledTarget(redis.url)
  const value = await pollValues(target)

  expect(value('redis_net_cluster_slot_import_bytes_total')).toBe(0)
  expect(value('redis_net_cluster_slot_export_bytes_total')).toBe(0)
})

it('large requests and replies are counted', async () => {
  await using redis = await startRedis({
    args: ['--commandlog-request-larger-than', '1000', '--commandlog-reply-larger-than', '1000'],
  })
  using target = polledTarget(redis.url, { collect: ['commandlog-entries'] })
  await target.poll()
  await redis.client().set('large', 'x'.repeat(2_000))
  await redis.client().get('large')
  const value = await pollValues(target)

  for (const [type, cmd] of [
    ['large-request', 'set'],
    ['large-reply', 'get'],
  ] as const) {
    expect(value('redis_commandlog_entries_total', { type, cmd })).toBe(1)
    expect(value('redis_commandlog_bytes_total', { type, cmd })).toBeGreaterThan(2_000)
    expect(value('redis_commandlog_missed_total', { type })).toBe(0)
  }
})
