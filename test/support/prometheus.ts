import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startProgram } from './child-process.ts'
import { eventually } from './eventually.ts'
import { freePort } from './free-port.ts'
import { httpRequest } from './http-get.ts'
import { temporaryDirectory } from './temporary-directory.ts'

export interface ScrapedTarget {
  readonly job: string
  /** As in `127.0.0.1:9121`. */
  readonly address: string
  readonly path?: string
}

/** One element of an instant vector. */
export interface QueryResult {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

export interface Prometheus extends AsyncDisposable {
  readonly port: number
  readonly url: string
  /** Evaluates a PromQL expression now; a scalar comes as one result without labels. */
  query(promql: string): Promise<readonly QueryResult[]>
  /** The values of a label in the series that a selector selects, in order. */
  labelValues(label: string, selector: string): Promise<readonly string[]>
  logs(): string
}

export interface PrometheusOptions {
  /** In place of the one of the machine. */
  readonly program?: string
  /** As they stand in a configuration, beside those of the targets. */
  readonly scrapeConfigs?: readonly object[]
  /** Rules in YAML that it evaluates every second. */
  readonly rules?: string
}

/** Starts a real Prometheus on loopback that scrapes the targets every second. */
export async function startPrometheus(
  targets: readonly ScrapedTarget[],
  { program: path, scrapeConfigs = [], rules }: PrometheusOptions = {},
): Promise<Prometheus> {
  const port = await freePort()
  const directory = await temporaryDirectory()
  const file = join(directory.path, 'prometheus.json')
  // Prometheus reads YAML, of which JSON is a part that needs no care with quoting.
  const ruleFiles = rules === undefined ? [] : [join(directory.path, 'rules.yml')]
  for (const ruleFile of ruleFiles) await writeFile(ruleFile, rules ?? '')
  await writeFile(
    file,
    JSON.stringify({ ...configurationOf(targets, scrapeConfigs), rule_files: ruleFiles }),
  )
  const program = startProgram({
    program: path ?? process.env.PROMETHEUS ?? 'prometheus',
    args: [
      `--config.file=${file}`,
      `--storage.tsdb.path=${join(directory.path, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    directory: directory.path,
  })
  const url = `http://127.0.0.1:${port}`
  const dispose = async () => {
    await program.stop()
    await directory[Symbol.asyncDispose]()
  }
  try {
    await eventually(() => assertReady(url), { within: 60_000, every: 100 })
  } catch (cause) {
    await dispose()
    throw new Error(`Prometheus is not ready at ${url}:\n${program.output()}`, { cause })
  }
  return {
    port,
    url,
    query: async (promql) => await query(url, promql),
    labelValues: async (label, selector) => {
      const match = encodeURIComponent(selector)
      const { body } = await httpRequest(`${url}/api/v1/label/${label}/values?match[]=${match}`)
      const { data, error } = JSON.parse(body) as { data?: readonly string[]; error?: string }
      if (data === undefined) throw new Error(`Prometheus refused ${selector}: ${error ?? body}`)
      return [...data].sort()
    },
    logs: () => program.output(),
    [Symbol.asyncDispose]: dispose,
  }
}

function configurationOf(
  targets: readonly ScrapedTarget[],
  scrapeConfigs: readonly object[],
): object {
  return {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    scrape_configs: [
      ...targets.map(({ job, address, path = '/metrics' }) => ({
        job_name: job,
        metrics_path: path,
        static_configs: [{ targets: [address] }],
      })),
      ...scrapeConfigs,
    ],
  }
}

async function assertReady(url: string): Promise<void> {
  const { status, body } = await httpRequest(`${url}/-/ready`)
  if (status !== 200) {
    throw new Error(`${status}: ${body}`)
  }
}

interface ApiAnswer {
  readonly status: string
  readonly error?: string
  readonly data?: { readonly resultType: string; readonly result: unknown }
}

async function query(url: string, promql: string): Promise<readonly QueryResult[]> {
  const { body } = await httpRequest(`${url}/api/v1/query?query=${encodeURIComponent(promql)}`)
  const { status, error, data } = JSON.parse(body) as ApiAnswer
  if (status !== 'success' || data === undefined) {
    throw new Error(`Prometheus refused ${promql}: ${error ?? body}`)
  }
  if (data.resultType === 'scalar') {
    const [, value] = data.result as [number, string]
    return [{ labels: {}, value: promNumber(value) }]
  }
  const vector = data.result as { metric: Record<string, string>; value: [number, string] }[]
  return vector.map(({ metric, value }) => ({ labels: metric, value: promNumber(value[1]) }))
}

function promNumber(text: string): number {
  return Number(text.replace('Inf', 'Infinity'))
}
