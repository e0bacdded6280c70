import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readPromql } from '../../src/build/monitoring/read-promql.ts'
import { recordingRules } from '../../src/build/monitoring/recording-rules.ts'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { alerts } from '../support/monitoring-rules.ts'
import { newerServers } from '../support/newer-servers.ts'
import { startCluster } from '../support/redis-cluster.ts'
import { startRedis } from '../support/redis-server.ts'
import { startSentinelDeployment } from '../support/sentinel-deployment.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { type Watched, watchExporter } from '../support/watching-prometheus.ts'

// All kinds of servers, watched by one exporter, that are well: every alert asks what is there and
// finds nothing.

/** These tell that time runs short, as it does on a busy machine on which all is well. */
const ofTime = ['RedisPollsSkipped', 'RedisCommandSlow', 'RedisSlowlogGrows', 'RedisReplicaSilent']

const certificates = ['ca', 'client', 'server'].map(
  (one) => `redis_tls_${one}_cert_expires_in_seconds`,
)

/** There since the first error reply, of which there may have been one. */
const ofErrors = 'redis_errors_total'

/** Of certificates, and of what protects a port. */
const notThere = [
  'redis_exporter_web_certificate_expiry_timestamp_seconds',
  'redis_exporter_web_config_last_reload_successful',
  ...certificates,
]
const denials = (...kinds: readonly string[]) =>
  kinds.map((kind) => `redis_acl_access_denied_${kind}_total`)

// Redis with a walk, a Sentinel deployment of three and three, a Cluster of six.
const servers = 1 + 6 + 6

describe.each([
  {
    name: 'the Redis of the machine',
    program: undefined,
    lacks: [
      ...denials('auth', 'channel', 'cmd', 'db', 'key', 'tls_cert'),
      'redis_rdb_saves_consecutive_failures',
    ],
  },
  { name: 'Redis 8', program: newerServers['redis-8'], lacks: denials('db') },
  {
    name: 'Valkey 9',
    program: newerServers['valkey-9'],
    lacks: ['redis_rdb_saves_consecutive_failures'],
  },
])('where all is well on $name', ({ program, lacks }) => {
  const open: AsyncDisposable[] = []
  let exporter: Exporter
  let watched: Watched
  let traffic: NodeJS.Timeout

  function keep<T extends AsyncDisposable>(one: T): T {
    open.push(one)
    return one
  }

  beforeAll(async () => {
    if (program) for (const name of ['REDIS_SERVER', 'REDIS_SENTINEL']) vi.stubEnv(name, program)
    const redis = keep(await startRedis({ args: ['--maxmemory', '1gb', '--save', '3600 1'] }))
    await redis.client().mset('a', '1', 'b', '2')
    const client = redis.client()
    traffic = setInterval(() => void client.get('a').catch(() => {}), 100)
    // So long that no pause of a busy machine makes one fail over.
    const patience = 'sentinel down-after-milliseconds orders 60000'
    const deployment = keep(await startSentinelDeployment({ configuration: [patience] }))
    const timeout = ['--cluster-node-timeout', '15000']
    const cluster = keep(await startCluster({ masters: 3, replicas: 3, args: timeout }))
    vi.unstubAllEnvs()
    const directory = keep(await temporaryDirectory())
    const file = join(directory.path, 'targets.json')
    const targets = [
      { address: redis.url, 'count-keys': ['*'], 'include-config-metrics': true },
      { address: deployment.sentinels[0].url, discover: 'sentinel' },
      { address: cluster.nodes[0]?.url, discover: 'cluster' },
    ]
    await writeFile(file, JSON.stringify({ targets }))
    exporter = await startExporter({
      args: [`--targets.file=${file}`],
      env: { POLL_INTERVAL: '2', POLL_TIMEOUT: '30', POLL_MAX_AGE: '60', SCAN_INTERVAL: '2' },
    })
    await eventually(async () => expect(await upOf(exporter)).toBe(servers), { within: 120_000 })
    watched = await watchExporter(exporter)
    // Whatever rises is seen only once there were some scrapes, of walks as well as of polls.
    await eventually(
      async () => {
        const { query } = watched.prometheus
        expect(await query('count_over_time(redis_up[1m]) > 20')).toHaveLength(servers)
        expect(await query('increase(redis_exporter_scans_total[1m]) > 2')).toHaveLength(1)
      },
      { within: 120_000, every: 500 },
    )
  })

  afterAll(async () => {
    vi.unstubAllEnvs()
    clearInterval(traffic)
    await watched?.[Symbol.asyncDispose]()
    if (!watched) await exporter?.stop()
    await Promise.all(open.map((one) => one[Symbol.asyncDispose]()))
  })

  it.each(alerts.filter(({ name }) => !ofTime.includes(name)))(
    '$name finds nothing',
    async (alert) => {
      // A server may falter for a moment on a busy machine.
      await eventually(async () => expect(await watched.found(alert.name)).toEqual([]), {
        within: 60_000,
        every: 500,
      })
    },
  )

  it.each(recordingRules)('$record is recorded', async ({ record }) => {
    await eventually(async () => expect(await watched.prometheus.query(record)).not.toEqual([]), {
      within: 60_000,
      every: 500,
    })
  })

  it('everything that the rules ask for is there, but for what this server does not tell', async () => {
    const asked = [...alerts, ...recordingRules].flatMap(({ expr }) => readPromql(expr).selected)
    const metrics = new Set(asked.map(({ metric }) => metric))
    metrics.delete(ofErrors)
    const present = await watched.prometheus.query('count by (__name__) ({__name__=~"redis.+"})')
    const names = present.map(({ labels }) => labels.__name__)

    expect([...metrics].filter((metric) => !names.includes(metric)).sort()).toEqual(
      [...notThere, ...lacks].sort(),
    )
  })
})

/** How many targets of an exporter are up. */
async function upOf(exporter: Exporter): Promise<number> {
  const up = (await exporter.metrics()).find(({ name }) => name === 'redis_up')
  return up?.samples.filter(({ value }) => Number(value) === 1).length ?? 0
}
