import { describe, expect, it } from 'vitest'
import { promtoolTestRules, type RuleTest } from '../support/promtool.ts'
import { alertRules } from '../support/readme-alerts.ts'

// Each sample is 15 s behind the one before: 20 of them are the five minutes in which all is well.
const healthy: Readonly<Record<string, string>> = {
  redis_up: '1x400',
  redis_exporter_snapshot_timestamp_seconds: '0+15x400',
  redis_exporter_poll_skipped_total: '0x400',
  'redis_exporter_collector_success{collector="slowlog"}': '1x400',
  'redis_exporter_collector_errors_total{collector="slowlog",reason="noperm"}': '0x400',
  'redis_exporter_rejected_fields_total{collector="keyspace"}': '3x400',
  'redis_exporter_series_left_out_total{collector="check-keys"}': '70x400',
  // One walk each minute.
  'redis_exporter_scans_total{result="complete"}': '0+0.25x400',
  'redis_exporter_scans_total{result="failed"}': '0x400',
}
const names = alertRules.rules.map(({ alert }) => alert)

interface Fault {
  readonly fault: string
  readonly series: string
  readonly values: string
  readonly at: string
  readonly fires: string
}

const faults: readonly Fault[] = [
  {
    fault: 'Redis is down',
    series: 'redis_up',
    values: '1x20 0x380',
    at: '7m',
    fires: 'RedisDown',
  },
  {
    fault: 'no poll begins any more',
    series: 'redis_exporter_snapshot_timestamp_seconds',
    values: '0+15x20 300x380',
    at: '7m',
    fires: 'RedisNotPolled',
  },
  {
    fault: 'polls are skipped',
    series: 'redis_exporter_poll_skipped_total',
    values: '0x20 0+1x380',
    at: '11m',
    fires: 'RedisPollsSkipped',
  },
  {
    fault: 'a part is refused',
    series: 'redis_exporter_collector_success{collector="slowlog"}',
    values: '1x20 0x380',
    at: '11m',
    fires: 'RedisCollectorFails',
  },
  {
    fault: 'a part has failed once',
    series: 'redis_exporter_collector_errors_total{collector="slowlog",reason="noperm"}',
    values: '0x20 1x380',
    at: '7m',
    fires: 'RedisCollectorFailed',
  },
  {
    fault: 'fields are rejected with every poll, by a series that comes with the first',
    series: 'redis_exporter_rejected_fields_total{collector="keyspace"}',
    values: '_x20 2+2x380',
    at: '12m',
    fires: 'RedisFieldsRejected',
  },
  {
    fault: 'series are left out with every walk, by a series that comes with the first',
    series: 'redis_exporter_series_left_out_total{collector="check-keys"}',
    values: '_x20 70+70x380',
    at: '7m',
    fires: 'RedisSeriesLeftOut',
  },
  {
    fault: 'walks end no more',
    series: 'redis_exporter_scans_total{result="complete"}',
    values: '0+0.25x20 5x380',
    at: '70m',
    fires: 'RedisNotWalked',
  },
  {
    fault: 'no walk has ended since the start',
    series: 'redis_exporter_scans_total{result="complete"}',
    values: '0x400',
    at: '35m',
    fires: 'RedisNotWalked',
  },
]

it('every alert has a fault that makes it fire', () => {
  expect([...new Set(faults.map(({ fires }) => fires))].sort()).toEqual([...names].sort())
})

it.each(['30s', '7m', '35m', '95m'])('no alert fires while all is well, after %s', async (time) => {
  expect(await promtoolTestRules(alertRules.yaml, [ruleTest(healthy, time)])).toBe('')
})

describe.each(faults)('when $fault', ({ series, values, at, fires }) => {
  const samples = { ...healthy, [series]: values }

  it(`${fires} fires, and no other alert`, async () => {
    const labels = Object.fromEntries(
      [...series.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]),
    )
    const test = ruleTest(samples, at, { [fires]: labels })

    expect(await promtoolTestRules(alertRules.yaml, [test])).toBe('')
  })

  it(`${fires} has not fired a moment before the fault`, async () => {
    const before = values.startsWith('0x400') ? '1m' : '4m45s'

    expect(await promtoolTestRules(alertRules.yaml, [ruleTest(samples, before)])).toBe('')
  })
})

/** A test that exactly these alerts fire at a time, each with these labels. */
function ruleTest(
  series: Readonly<Record<string, string>>,
  time: string,
  firing: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): RuleTest {
  return {
    interval: '15s',
    input_series: Object.entries(series).map(([name, values]) => ({ series: name, values })),
    alert_rule_test: names.map((alertname) => {
      const labels = firing[alertname]
      return {
        eval_time: time,
        alertname,
        exp_alerts: labels === undefined ? [] : [{ exp_labels: labels }],
      }
    }),
  }
}
