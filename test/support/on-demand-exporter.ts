import { systemClock as clock } from '../../src/clock.ts'
import { refusals } from '../../src/discovery/on-demand.ts'
import { createOnDemandMetrics } from '../../src/metrics/on-demand-metrics.ts'
import { openOnDemand } from '../../src/open-on-demand.ts'
import { startSchedule } from '../../src/poller/schedule.ts'
import type { TargetState } from '../../src/poller/target-snapshots.ts'
import { createNameLookups } from '../../src/targets/name-lookups.ts'
import { configured } from './configured.ts'
import { eventually } from './eventually.ts'
import type { HttpOptions, HttpResponse } from './http-get.ts'
import { type RecordedLog, recordedLog } from './recorded-log.ts'
import { serveExporter } from './served-exporter.ts'

/** An exporter within the process of the test that watches what it is asked for, by real connections. */
export interface OnDemandExporter extends RecordedLog, AsyncDisposable {
  request(path: string, options?: HttpOptions): Promise<HttpResponse>
  /** Asks for a target, whatever its text is. */
  scrape(target: string, more?: string): Promise<HttpResponse>
  /** Asks for a target until one more poll of it has ended. */
  polled(target: string): Promise<HttpResponse>
  /** What is watched because somebody asked. */
  states(): readonly TargetState[]
  /** Ends what is watched. */
  stopTargets(): void
  /** What is told of them all. */
  metrics(): Promise<string>
}

export async function onDemandExporter(...args: readonly string[]): Promise<OnDemandExporter> {
  const recorded = recordedLog()
  const { log } = recorded
  const metrics = createOnDemandMetrics('redis', refusals)
  const schedule = startSchedule({ clock, log, spreads: false })
  const onDemand = openOnDemand({
    config: configured(args),
    schedule,
    lookUp: createNameLookups().strangers,
    walking: undefined,
    metrics,
    configured: () => [],
    textBeside: () => '',
    onChange: () => undefined,
    clock,
    log,
  })
  const served = await serveExporter({ onDemand: onDemand?.answers })
  const scrape = (target: string, more = '') =>
    served.request(`/scrape?target=${encodeURIComponent(target)}${more}`)
  const polls = ({ body }: HttpResponse) =>
    [...body.matchAll(/_polls_total\{.*\} (\d+)/g)].reduce((sum, [, one]) => sum + Number(one), 0)

  return {
    ...recorded,
    request: served.request,
    scrape,
    async polled(target) {
      const before = polls(await scrape(target))
      return eventually(async () => {
        const answer = await scrape(target)
        if (polls(answer) <= before) throw new Error(`no poll since ${before}: ${answer.body}`)
        return answer
      })
    },
    states: () => onDemand?.targets.store.states() ?? [],
    stopTargets: () => onDemand?.targets.stop(),
    metrics: metrics.render,
    async [Symbol.asyncDispose]() {
      onDemand?.targets.stop()
      schedule.stop()
      await served.stop(0)
    },
  }
}
