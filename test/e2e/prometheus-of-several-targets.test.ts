import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { eventually } from '../support/eventually.ts'
import { type Exporter, startExporter } from '../support/exporter.ts'
import { newerPrometheus } from '../support/newer-servers.ts'
import { type Prometheus, type QueryResult, startPrometheus } from '../support/prometheus.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'

const env = { POLL_INTERVAL: '1' }

let servers: RedisServer[]
let addresses: string[]
let single: Exporter[]
let fleet: Exporter
let named: Exporter

beforeAll(async () => {
  servers = await Promise.all([startRedis(), startRedis()])
  addresses = servers.map(({ port }) => `redis://127.0.0.1:${port}`)
  for (const [index, server] of servers.entries())
    for (let key = 0; key <= index * 3; key += 1) await server.client().set(`key-${key}`, 'x')
  single = await Promise.all(
    addresses.map((address) => startExporter({ env: { ...env, REDIS_ADDR: address } })),
  )
  const all = { ...env, REDIS_ADDR: addresses.join() }
  fleet = await startExporter({ env: all })
  named = await startExporter({ env: all, args: ['--target-label=instance'] })
})

afterAll(async () => {
  await Promise.all([...(single ?? []), fleet, named].map((one) => one?.stop()))
  await Promise.all((servers ?? []).map((server) => server.stop()))
})

/** What the README of the Go exporter says, but for the names of hosts. */
const readme = () => `
scrape_configs:
  ## config for the multiple Redis targets that the exporter will scrape
  - job_name: 'redis_exporter_targets'
    static_configs:
      - targets:
        - ${addresses[0]}
        - ${addresses[1]}
    metrics_path: /scrape
    relabel_configs:
      - source_labels: [__address__]
        target_label: __param_target
      - source_labels: [__param_target]
        target_label: instance
      - target_label: __address__
        replacement: 127.0.0.1:${fleet.port}

  ## config for scraping the exporter itself
  - job_name: 'redis_exporter'
    static_configs:
      - targets:
        - 127.0.0.1:${fleet.port}
`

const serviceDiscovery = () => `
scrape_configs:
  - job_name: sd
    http_sd_configs:
      - url: http://127.0.0.1:${fleet.port}/sd
`

const honoredLabels = () => `
scrape_configs:
  - job_name: all
    honor_labels: true
    static_configs:
      - targets: ['127.0.0.1:${named.port}']
`

/** An exporter for each server, under the names that its server has. */
const onePerServer = () => ({
  job_name: 'single',
  static_configs: single.map(({ port }, index) => ({
    targets: [`127.0.0.1:${port}`],
    labels: { instance: addresses[index] },
  })),
})

describe.each([
  ['the Prometheus of the machine', undefined],
  ['a newer Prometheus', newerPrometheus],
])('%s', (_name, program) => {
  let prometheus: Prometheus

  beforeAll(async () => {
    const texts = [readme(), serviceDiscovery(), honoredLabels()]
    prometheus = await startPrometheus([], {
      ...(program ? { program } : {}),
      scrapeConfigs: [
        onePerServer(),
        ...texts.flatMap((text) => (parse(text) as { scrape_configs: object[] }).scrape_configs),
      ],
    })
  })
  afterAll(() => prometheus?.[Symbol.asyncDispose]())

  describe.each([
    ['with service discovery and nothing else', 'sd'],
    ['with the relabelling of the Go exporter, word for word', 'redis_exporter_targets'],
    ['with all targets at once and honor_labels', 'all'],
  ])('%s', (_how, job) => {
    it.each([
      'redis_up',
      'redis_db_keys{db="db0"}',
      'redis_commands_total{cmd="set"}',
      'sum by (instance) (redis_db_keys)',
      'count by (instance) (redis_instance_info{role="master"})',
      'redis_exporter_last_scrape_error == 0',
      'redis_process_id',
      'redis_memory_max_bytes',
      'redis_exporter_collector_success{collector="memory"}',
    ])('answers %s as with an exporter for each server', async (promql) => {
      await eventually(
        async () => {
          const expected = await answers(promql, 'single')
          expect(expected).toHaveLength(2)
          expect(await answers(promql, job)).toEqual(expected)
        },
        { within: 60_000, every: 500 },
      )
    })

    it('knows the same series of Redis', async () => {
      await eventually(
        async () => {
          const expected = await series('single')
          expect(expected.length).toBeGreaterThan(400)
          expect(await series(job)).toEqual(expected)
        },
        { within: 60_000, every: 500 },
      )
    })
  })

  it('has the targets up under their own names where it discovers them, and the exporter', async () => {
    const all = [...addresses, `127.0.0.1:${fleet.port}`].sort()
    await eventually(
      async () => {
        const up = await prometheus.query('up{job="sd"} == 1')
        expect(up.map(({ labels }) => labels.instance).sort()).toEqual(all)
      },
      { within: 60_000, every: 500 },
    )
  })

  it.each(['redis_exporter_build_info', 'process_start_time_seconds'])(
    'has %s of the exporter itself from service discovery alone',
    async (metric) => {
      await eventually(
        async () => {
          const found = await prometheus.query(
            `${metric}{job="sd",instance="127.0.0.1:${fleet.port}"}`,
          )
          expect(found).toHaveLength(1)
        },
        { within: 60_000, every: 500 },
      )
    },
  )

  it('has each target once where it discovers them', async () => {
    const labelled = await prometheus.query('{job="sd",target!=""}')
    const found = await prometheus.query('redis_up{job="sd"}')

    expect(labelled).toEqual([])
    expect(found.map(({ labels }) => labels.instance).sort()).toEqual([...addresses].sort())
  })

  it('knows all series of the exporter itself by the label that names the target', async () => {
    const found = await prometheus.query('redis_up{job="redis_exporter"}')

    expect(found.map(({ labels }) => labels.target).sort()).toEqual([...addresses].sort())
  })

  const withJob = (promql: string, job: string) =>
    promql.includes('{')
      ? promql.replace('{', `{job="${job}",`)
      : promql.replace(/redis_\w+/, `$&{job="${job}"}`)

  async function answers(promql: string, job: string): Promise<readonly string[]> {
    const found = await prometheus.query(withJob(promql, job))
    return found.map((one) => `${labelsOf(one)} ${one.value}`).sort()
  }

  /** Without what belongs to the process, and what changes by itself. */
  async function series(job: string): Promise<readonly string[]> {
    const selected = `{job="${job}",__name__=~"redis_.+",__name__!~"${ofProcess}|.*_latencies_usec.*"}`
    return (await prometheus.query(selected)).map(labelsOf).sort()
  }
})

const ofProcess =
  'redis_exporter_(http|log|build).*|redis_target_scrape_request_errors_total|redis_exporter_last_scrape_error'

function labelsOf({ labels }: QueryResult): string {
  const { job: _job, ...others } = labels
  return JSON.stringify(Object.entries(others).sort())
}
