import { expect } from 'vitest'
import { eventually } from './eventually.ts'
import { type Exporter, startExporter } from './exporter.ts'
import { rulesText } from './monitoring-rules.ts'
import { type Prometheus, startPrometheus } from './prometheus.ts'

/** An exporter, and a Prometheus that scrapes it and evaluates the rules each second. */
export interface Watched extends AsyncDisposable {
  readonly exporter: Exporter
  readonly prometheus: Prometheus
  /**
   * What an alert has found, by its labels but for those of the scrape; of all alerts by their
   * names where none is given. How long it has lasted is no part of it.
   */
  found(alert?: string): Promise<readonly Readonly<Record<string, string>>[]>
  /** Waits until an alert has found exactly this. */
  becomes(alert: string, labels: readonly object[]): Promise<void>
}

/** Starts both; the exporter polls every second unless the environment says otherwise. */
export async function watch(env: Readonly<Record<string, string>>): Promise<Watched> {
  const exporter = await startExporter({ env: { POLL_INTERVAL: '1', ...env } })
  return await watchExporter(exporter)
}

/** Starts a Prometheus for an exporter, which ends with it. */
export async function watchExporter(exporter: Exporter): Promise<Watched> {
  const address = `127.0.0.1:${exporter.port}`
  const prometheus = await startPrometheus([{ job: 'redis', address }], { rules: rulesText })
  const found = async (alert?: string) => {
    const results = await prometheus.query(alert ? `ALERTS{alertname="${alert}"}` : 'ALERTS')
    return results.map(({ labels: { __name__, instance, job, alertstate, severity, ...all } }) => {
      const { alertname = '', ...labels } = all
      return alert ? labels : { alertname, ...labels }
    })
  }
  return {
    exporter,
    prometheus,
    found,
    becomes: async (alert, labels) =>
      await eventually(async () => expect(await found(alert)).toEqual(labels), {
        within: 60_000,
        every: 200,
      }),
    async [Symbol.asyncDispose]() {
      await prometheus[Symbol.asyncDispose]()
      await exporter.stop()
    },
  }
}
