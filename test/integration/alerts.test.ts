import { describe, expect, it } from 'vitest'
import type { AlertFault } from '../support/alert-fault.ts'
import { alertFaults } from '../support/alert-faults.ts'
import { harmless, healthySeries } from '../support/alert-series.ts'
import { alerts, rulesText, rulesWithSummaries } from '../support/monitoring-rules.ts'
import { promtoolCheckRules, promtoolTestRules, type RuleTest } from '../support/promtool.ts'

type Series = Readonly<Record<string, string>>

/** Where a series comes from, and how alerts call that. */
interface Scraped {
  readonly labels: Readonly<Record<string, string>>
  readonly named: string
}

const perServer = (instance: string): Scraped => ({
  labels: { job: 'redis', instance },
  named: `Redis ${instance}`,
})
const ofSeveral = (target: string): Scraped => ({
  labels: { job: 'redis', instance: 'fleet:9121', target },
  named: `Redis ${target} (of fleet:9121)`,
})

// One server each is hit; the other goes on beside it.
const hit = [perServer('redis://a:6379'), ofSeveral('b:6379')]
const spared = [perServer('redis://c:6379'), ofSeveral('d:6379')]

it('promtool has nothing against the rules', async () => {
  expect(await promtoolCheckRules(rulesText)).toMatch(/SUCCESS: \d+ rules found$/)
})

it('every alert has a fault that makes it fire', () => {
  // Of the absence of all there is a test of its own.
  const fired = new Set([...alertFaults.map(({ fires }) => fires), 'RedisAbsent'])
  expect([...fired].sort()).toEqual(alerts.map(({ name }) => name).sort())
})

it.each(['30s', '10m', '35m', '95m'])(
  'no alert fires while all is well, after %s',
  async (time) => {
    expect(await faultsOf([test(healthySeries, time)])).toBe('')
  },
)

it.each(Object.entries(harmless))('no alert fires when %s', async (_what, series) => {
  const all = { ...healthySeries, ...series }

  expect(await faultsOf([test(all, '10m'), test(all, '60m')])).toBe('')
})

it('RedisAbsent fires when nothing tells of any Redis', async () => {
  const found = [{ exp_labels: { severity: 'critical' }, exp_annotations: nobody }]

  expect(await faultsOf([test({}, '7m', { RedisAbsent: found })])).toBe('')
})

const nobody = { summary: 'No exporter tells of any Redis' }

it('no alert fires a moment before any of the faults', async () => {
  const before = alertFaults.map((fault) => test(seriesWith(fault), fault.quietAt ?? '4m45s'))

  expect(await faultsOf(before)).toBe('')
})

describe.each(alertFaults)('when $fault', (fault) => {
  it(`${fault.fires} fires for that server, and no other alert`, async () => {
    const severity = alerts.find(({ name }) => name === fault.fires)?.severity ?? ''
    const own = fault.labels ?? labelsIn(Object.keys(fault.series)[0] ?? '')
    const found = hit.map(({ labels, named }) => ({
      exp_labels: { ...labels, ...own, severity },
      exp_annotations: {
        summary: fault.summary
          .replace('$server', named)
          .replace('$instance', labels.instance ?? ''),
      },
    }))

    expect(await faultsOf([test(seriesWith(fault), fault.at, { [fault.fires]: found })])).toBe('')
  })
})

it('a server that three exporters of a job watch counts once in what is recorded of the job', async () => {
  const watched = (instance: string, run: string) =>
    Object.entries({
      [`redis_instance_info{run_id="${run}",role="master"}`]: '1x40',
      redis_commands_processed_total: '0+150x40',
      redis_memory_used_bytes: '500x40',
      redis_connected_clients: '7x40',
      'redis_db_keys{db="db0"}': '3x40',
      'redis_db_keys{db="db1"}': '4x40',
    }).map(([series, values]) => ({ series: seriesOf(series, { job: 'redis', instance }), values }))
  const pods = ['pod-1', 'pod-2', 'pod-3'].flatMap((pod) => watched(pod, 'a'))
  const expected = {
    'job:redis_commands_processed:sum_rate5m': 20,
    'job:redis_memory_used_bytes:sum': 1000,
    'job:redis_connected_clients:sum': 14,
    'job:redis_db_keys:sum': 14,
  }

  const recorded: RuleTest = {
    interval: '15s',
    input_series: [...pods, ...watched('other', 'b')],
    promql_expr_test: Object.entries(expected).map(([expr, value]) => ({
      ...{ expr, eval_time: '9m' },
      exp_samples: [{ labels: `${expr}{job="redis"}`, value }],
    })),
  }
  expect(await faultsOf([recorded])).toBe('')
})

function seriesWith(fault: AlertFault): Series {
  return { ...healthySeries, ...fault.series }
}

async function faultsOf(tests: readonly RuleTest[]): Promise<string> {
  return await promtoolTestRules(rulesWithSummaries, tests)
}

type Alerts = NonNullable<RuleTest['alert_rule_test']>[number]['exp_alerts']

/** A test that exactly these alerts fire at a time, while other servers are well. */
function test(
  series: Series,
  time: string,
  firing: Readonly<Record<string, Alerts>> = {},
): RuleTest {
  const others = Object.keys(series).length === 0 ? {} : healthySeries
  return {
    interval: '15s',
    input_series: [...inputOf(series, hit), ...inputOf(others, spared)],
    alert_rule_test: alerts.map(({ name }) => ({
      eval_time: time,
      alertname: name,
      exp_alerts: firing[name] ?? [],
    })),
  }
}

function inputOf(series: Series, scraped: readonly Scraped[]): RuleTest['input_series'] {
  return scraped.flatMap(({ labels }) =>
    Object.entries(series).map(([name, values]) => ({ series: seriesOf(name, labels), values })),
  )
}

/** A series with more labels. */
function seriesOf(series: string, labels: Readonly<Record<string, string>>): string {
  const all = Object.entries({ ...labelsIn(series), ...labels })
  const text = all.map(([label, value]) => `${label}="${value}"`).join()
  return `${series.replace(/\{.*/, '')}{${text}}`
}

function labelsIn(series: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...series.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
  )
}
