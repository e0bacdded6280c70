import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readPromql } from '../../src/build/monitoring/read-promql.ts'
import { recordingRules } from '../../src/build/monitoring/recording-rules.ts'
import { selectSeries } from '../../src/build/monitoring/select-series.ts'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { freePort } from '../support/free-port.ts'
import { type Kind, kinds, notOfOpenPort, ofAlerts, ofPort } from '../support/healthy-kinds.ts'
import {
  type HealthyServers,
  healthyServers,
  patientPolls,
  startHealthyServers,
} from '../support/healthy-servers.ts'
import { boards } from '../support/monitoring-dashboards.ts'
import { alerts, rulesText } from '../support/monitoring-rules.ts'
import { newerPrometheus } from '../support/newer-servers.ts'
import { type Prometheus, startPrometheus } from '../support/prometheus.ts'
import { publicExpressions, publicFigures } from '../support/public-expressions.ts'
import { type Asked, type Choice, emptyIn } from '../support/shown-boards.ts'
import { type TlsCertificates, tlsCertificates } from '../support/tls-certificates.ts'

// All kinds of servers, watched by one exporter, that are well: every alert asks what is there and
// finds nothing, and every panel of the dashboards shows something, in the Prometheus of the machine
// and, beside newer servers, in a newer one.

/** These tell that time runs short, as it does on a busy machine on which all is well. */
const ofTime = ['RedisPollsSkipped', 'RedisCommandSlow', 'RedisSlowlogGrows', 'RedisReplicaSilent']

const open: AsyncDisposable[] = []
const servers = new Map<Kind, HealthyServers>()
let tls: TlsCertificates
/** Of an exporter for the server of Redis 8 alone; it is protected. */
let singlePort: number

function keep<T extends AsyncDisposable>(one: T): T {
  open.push(one)
  return one
}

const serversOf = (kind: Kind) => {
  const found = servers.get(kind)
  if (!found) throw new Error(`there are no servers of ${kind}`)
  return found
}
const addressOf = (kind: Kind) => `127.0.0.1:${serversOf(kind).exporter.port}`

// All at once: most of it is waiting, for servers to find each other and for scrapes.
beforeAll(async () => {
  tls = keep(await tlsCertificates(30))
  const starting = Object.entries(kinds).map(async ([kind, { program, clusterArgs }]) => {
    servers.set(kind as Kind, keep(await startHealthyServers(program, tls, clusterArgs)))
  })
  await Promise.allSettled(starting)
  await Promise.all(starting)
  keep(await startSingle())
})

afterAll(async () => {
  await Promise.all(open.map((one) => one[Symbol.asyncDispose]()))
})

async function startSingle(): Promise<Exporter> {
  const { redis, settings } = serversOf('redis-8')
  singlePort = await freePort()
  const probes = await freePort()
  return await startExporter({
    port: probes,
    args: [
      ...Object.entries(settings).map(([flag, value]) => `--${flag}=${value}`),
      `--web.probe-address=127.0.0.1:${probes}`,
      `--tls-server-cert-file=${tls.server.cert}`,
      `--tls-server-key-file=${tls.server.key}`,
    ],
    env: {
      ...patientPolls,
      REDIS_URL: redis.url,
      REDIS_EXPORTER_WEB_LISTEN_ADDRESS: `127.0.0.1:${singlePort}`,
    },
  })
}

/** The other ways of scraping what the exporter of Redis 8 watches, or its first server. */
function otherWays(): readonly object[] {
  const address = addressOf('redis-8')
  return [
    {
      job_name: 'sd',
      http_sd_configs: [{ url: `http://${address}/sd`, refresh_interval: '5s' }],
    },
    {
      job_name: 'single',
      scheme: 'https',
      tls_config: { ca_file: tls.ca },
      static_configs: [{ targets: [`127.0.0.1:${singlePort}`] }],
    },
  ]
}

/** The Prometheus of the machine and a newer one, with what each scrapes. */
const watching = {
  'the Prometheus of the machine': {
    program: undefined,
    watched: ['machine'] as readonly Kind[],
    others: () => [],
    notThere: ofPort as readonly string[],
  },
  'a newer Prometheus': {
    program: newerPrometheus,
    watched: ['redis-8', 'valkey-9'] as readonly Kind[],
    others: otherWays,
    notThere: [] as readonly string[],
  },
}
const watchers = new Map<string, Prometheus>()

// Both at once as well.
beforeAll(async () => {
  const starting = Object.entries(watching).map(async ([name, { program, watched, others }]) => {
    const ofKinds = watched.map((kind) => ({
      job_name: kind,
      static_configs: [{ targets: [addressOf(kind)] }],
    }))
    // A scrape of all costs more than their polls.
    const often = { scrape_interval: '5s', scrape_timeout: '5s' }
    const prometheus = keep(
      await startPrometheus([], {
        ...(program ? { program } : {}),
        rules: rulesText,
        scrapeConfigs: [...ofKinds, ...others()].map((one) => ({ ...one, ...often })),
      }),
    )
    watchers.set(name, prometheus)
    // Whatever rises is seen only once there were some scrapes, of walks as well as of polls.
    for (const job of watched)
      await eventually(
        async () => {
          const up = `sum_over_time(redis_up{job="${job}"}[1m]) > 3`
          expect(await prometheus.query(up)).toHaveLength(healthyServers)
          const walked = `increase(redis_exporter_scans_total{job="${job}"}[1m]) > 2`
          expect((await prometheus.query(walked)).length).toBeGreaterThan(2)
        },
        { within: 120_000, every: 500 },
      )
  })
  await Promise.allSettled(starting)
  await Promise.all(starting)
})

describe.each(Object.entries(watching))(
  'where all is well, in %s',
  (name, { watched, notThere }) => {
    const prometheus = watcherOf(name)

    it.each(alerts.filter(({ name }) => !ofTime.includes(name)))(
      '$name finds nothing',
      async ({ name }) => {
        // A server may falter for a moment on a busy machine.
        await soon(async () =>
          expect(await prometheus.query(`ALERTS{alertname="${name}"}`)).toEqual([]),
        )
      },
    )

    it.each(watched)('of %s all is recorded that rules record', async (kind) => {
      for (const { record } of recordingRules)
        await soon(async () =>
          expect(await prometheus.query(`${record}{job="${kind}"}`)).not.toEqual([]),
        )
    })

    it.each(watched)('of %s one of two replicas tells of walks', async (kind) => {
      const replicas = 'redis_slave_info and on (job, instance, target) redis_cluster_enabled == 0'
      const walked = `redis_exporter_scans_total{job="${kind}",result="complete"} and on (job, instance, target) (${replicas})`
      await soon(async () => expect(await prometheus.query(walked)).toHaveLength(1))
    })

    it.each(watched)(
      'of %s every panel shows something, but for what these servers do not tell',
      async (kind) => {
        await showAll(
          prometheus,
          (uid) => choiceOf(uid, { job: kind, instance: addressOf(kind), target: nameOf(kind) }),
          () => true,
          [...kinds[kind].empty, ...notOfOpenPort],
        )
      },
    )

    it.each(watched)(
      'of %s what public dashboards and rules ask finds something, and the right figures',
      async (kind) => {
        const ofServer = [`job="${kind}"`, `target="${nameOf(kind)}"`]
        const ask = async (expr: string) =>
          (await prometheus.query(selectSeries(expr, () => ofServer))).map(({ value }) => value)
        for (const expr of publicExpressions)
          await soon(async () => expect([expr, await ask(expr)]).not.toEqual([expr, []]))
        for (const [expr, value] of publicFigures)
          await soon(async () => expect([expr, await ask(expr)]).toEqual([expr, [value]]))
      },
    )

    it('everything that the rules ask for is there, but for what these servers do not tell', async () => {
      const asked = [...alerts, ...recordingRules].flatMap(({ expr }) => readPromql(expr).selected)
      const metrics = [...new Set(asked.map(({ metric }) => metric))]
      for (const kind of watched)
        await soon(async () => {
          const ofJob = await prometheus.query(`count by (__name__) ({job="${kind}"})`)
          const names = ofJob.map(({ labels }) => labels.__name__)
          // The alerts read what the rules record.
          const absent = metrics.filter((one) => !one.includes(':') && !names.includes(one))
          expect(absent.sort()).toEqual([...ofPort, ...kinds[kind].lacks].sort())
        })
      const ofPorts = ofPort.filter((one) => !notThere.includes(one))
      for (const metric of ofPorts)
        await soon(async () => expect(await prometheus.query(metric)).not.toEqual([]))
    })

    // Of all ways of scraping; the others are those above, of one exporter for all.
    if (watched.includes('redis-8')) {
      it.each(['sd', 'single'])(
        'the dashboards of one server show the same by %s, which knows no targets',
        async (job) => {
          const { redis } = serversOf('redis-8')
          const instance = job === 'sd' ? redis.url : `127.0.0.1:${singlePort}`
          const choice = () => ({ job, instance })
          await showAll(prometheus, choice, (uid) => ofOne.includes(uid), kinds['redis-8'].empty)
        },
      )

      it('all dashboards show something by service discovery', async () => {
        const empty = [...kinds['redis-8'].empty, ...notOfOpenPort]
        const several = (uid: string) => !ofOne.includes(uid)
        await showAll(prometheus, () => ({ job: 'sd' }), several, empty)
      })

      it('the sums of the overview count each server once, however often it is scraped', async () => {
        const board = boards.find(({ uid }) => uid === 'redis-exporter-overview')
        const [up] = board?.panels ?? []
        const all = up?.targets[0]?.expr.replaceAll(/\$\w+/g, '.*') ?? ''
        await soon(async () =>
          expect((await prometheus.query(all)).map(({ value }) => value)).toEqual([
            2 * healthyServers,
          ]),
        )
      })
    }
  },
)

/** A Prometheus that will have started when it is asked. */
function watcherOf(name: string): Asked {
  const found = () => {
    const prometheus = watchers.get(name)
    if (!prometheus) throw new Error(`${name} has not started`)
    return prometheus
  }
  return {
    query: async (promql) => await found().query(promql),
    labelValues: async (label, selector) => await found().labelValues(label, selector),
  }
}

const ofOne = ['server', 'keys', 'commands', 'clients'].map((name) => `redis-exporter-${name}`)
const nameOf = (kind: Kind) => serversOf(kind).redis.url

/** A server, where one is to be chosen, and otherwise all of the job. */
function choiceOf(uid: string, one: Choice & { readonly job: string }): Choice {
  return ofOne.includes(uid) ? one : { job: one.job }
}

/** Waits until nothing is empty but this. */
async function showAll(
  prometheus: Asked,
  choice: (uid: string) => Choice,
  board: (uid: string) => boolean,
  expected: readonly string[],
): Promise<void> {
  const shown = boards.filter(({ uid }) => board(uid)).map(({ title }) => `${title},`)
  const known = expected.filter((where) => shown.some((title) => where.startsWith(title))).sort()
  let last: readonly string[] | undefined
  await soon(async () => {
    const before = last
    // What has shown something is not asked again.
    const query = (where: string) => before === undefined || before.includes(where)
    const empty = await emptyIn(prometheus, choice, { board, query })
    last = empty.filter((where) => where !== ofAlerts)
    expect(last).toEqual(known)
  })
}

// A busy machine may hold up dozens of servers for a minute, and then as long again until rates are there.
async function soon(attempt: () => Promise<unknown>): Promise<void> {
  await eventually(attempt, { within: 240_000, every: 500 })
}
