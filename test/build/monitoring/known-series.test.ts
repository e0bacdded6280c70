import { expect, test } from 'vitest'
import { unknownSeries } from '../../../src/build/monitoring/known-series.ts'
import { counter, gauge, histogram, summary } from '../../../src/metrics/metric.ts'

const unknown = unknownSeries(
  [
    gauge('up', 'Up'),
    gauge('db_keys', 'Keys', ['db']),
    counter('commands_total', 'Calls', ['cmd'], ['library']),
    histogram('latency', 'Latency', ['cmd']),
    summary('percentiles', 'Percentiles', ['cmd']),
  ],
  [{ record: 'redis:keys:sum', expr: 'sum without (db) (redis_db_keys)', help: 'Keys' }],
)

test.each([
  'redis_up{job="a",instance="b",target="c"} == 0',
  'rate(redis_commands_total{cmd!="get",library="x"}[5m]) > 0',
  'sum by (cmd, target) (redis_commands_total)',
  'histogram_quantile(0.9, redis_latency_bucket{le="1"}) + redis_latency_sum / redis_latency_count',
  'redis_percentiles{quantile="99"} > redis_percentiles_sum',
  'redis:keys:sum > 1 unless on (job, instance, target) redis_up offset 1h',
  'redis_db_keys > ignoring (db) group_left () redis_up',
  'absent(redis_up)',
  'time() - vector(1) > 0',
])('every name of %s is declared', (expression) => {
  expect(unknown(expression)).toEqual([])
})

test.each([
  ['up == 0', ['the metric up']],
  ['redis_used == 0', ['the metric redis_used']],
  ['redis_up or redis_dbs{db="0"}', ['the metric redis_dbs']],
  ['redis_latency > 1', ['the metric redis_latency']],
  ['redis_up{db="db0"}', ['the label db of redis_up']],
  ['redis_db_keys{db="0",cmd="x"}', ['the label cmd of redis_db_keys']],
  ['sum by (cmd) (redis_db_keys)', ['the label cmd']],
  ['redis_up * on (node) redis_up', ['the label node']],
  ['max_over_time(redis:keys:avg[1h])', ['the metric redis:keys:avg']],
])('%s speaks of what is not declared: %j', (expression, expected) => {
  expect(unknown(expression)).toEqual(expected)
})

test.each(['redis_up ==', 'redis_up{db=}', 'sum by redis_up', 'rate(redis_up[5m)', ''])(
  '%j is no PromQL',
  (expression) => {
    expect(() => unknown(expression)).toThrow('no PromQL')
  },
)
