import { describe, expect, test } from 'vitest'
import { encode, header, label, line } from '../../src/metrics/encode.ts'
import {
  counter,
  gauge,
  histogram,
  type Metric,
  sample,
  summary,
} from '../../src/metrics/metric.ts'
import { withoutHelp } from '../support/fake-poll.ts'
import { unindented } from '../support/unindented.ts'

const up = gauge('up', 'Whether the server answered')
const keys = gauge('db_keys', 'Keys', ['db'])

test('a family is a HELP line, a TYPE line and its series, led by the namespace', () => {
  const { text } = encode('redis', [sample(up, 1)])

  expect(text).toBe(unindented`
    # HELP redis_up Whether the server answered
    # TYPE redis_up gauge
    redis_up 1
  `)
})

test('families stand by name, and what belongs together stands together', () => {
  const { text } = encode('valkey', [
    sample(up, 0),
    sample(keys, 5, { db: 'db1' }),
    sample(up, 1),
    sample(keys, 7, { db: 'db0' }),
  ])

  expect(text).toBe(unindented`
    # HELP valkey_db_keys Keys
    # TYPE valkey_db_keys gauge
    valkey_db_keys{db="db1"} 5
    valkey_db_keys{db="db0"} 7
    # HELP valkey_up Whether the server answered
    # TYPE valkey_up gauge
    valkey_up 0
    valkey_up 1
  `)
})

test('no samples are no text', () => {
  expect(encode('redis', [])).toEqual({ text: '', series: 0 })
})

test('labels stand in the order of the declaration, not in that of the sample', () => {
  const metric = gauge('a', 'A', ['first', 'second'])
  const { text } = encode('redis', [sample(metric, 1, { second: '2', first: '1' })])

  expect(text).toContain('\nredis_a{first="1",second="2"} 1\n')
})

test('the bounds of buckets are written as programs in Go write them', () => {
  const bounds = [-2e7, -5, 0, 1e-7, 0.00025, 0.5, 270532, 999999.5, 1e6, 1073741, 1.5e21, 1e100]
  const buckets = bounds.map((bound): [number, number] => [bound, 1])
  const metric = histogram('latency', 'Latency')
  const { text } = encode('redis', [sample(metric, { buckets, sum: 1, count: 1 })])

  expect([...text.matchAll(/le="(.*?)"/g)].map(([, bound]) => bound)).toEqual([
    ...['-2e+07', '-5', '0', '1e-07', '0.00025', '0.5', '270532', '999999.5'],
    ...['1e+06', '1.073741e+06', '1.5e+21', '1e+100', '+Inf'],
  ])
})

test('an optional label that a sample lacks is left out, an empty one stays', () => {
  const metric = gauge('a', 'A', ['b'], ['c', 'd'])
  const { text } = encode('redis', [
    sample(metric, 1, { b: '1' }),
    sample(metric, 2, { b: '1', d: '' }),
    sample(metric, 3, { b: '1', d: '3', c: '2' }),
  ])

  expect(text).toBe(unindented`
    # HELP redis_a A
    # TYPE redis_a gauge
    redis_a{b="1"} 1
    redis_a{b="1",d=""} 2
    redis_a{b="1",c="2",d="3"} 3
  `)
})

describe('labels that all series of a family get besides their own', () => {
  const extra = (metric: Metric) => (metric === up ? {} : { role: 'a "b"', zone: '' })

  test('stand behind these, and the family says which', () => {
    const optional = gauge('optional', 'O', [], ['c'])
    const samples = [sample(up, 1), sample(keys, 5, { db: 'db0' }), sample(optional, 1, { c: '1' })]

    expect(withoutHelp(encode('redis', samples, extra).text)).toBe(unindented`
      # TYPE redis_db_keys gauge
      redis_db_keys{db="db0",role="a \\"b\\"",zone=""} 5
      # TYPE redis_optional gauge
      redis_optional{c="1",role="a \\"b\\"",zone=""} 1
      # TYPE redis_up gauge
      redis_up 1
    `)
  })

  test('stand before those that a histogram and a summary need', () => {
    const samples = [
      sample(histogram('h', 'H'), { buckets: [[1, 2]], sum: 3, count: 4 }),
      sample(summary('s', 'S'), { quantiles: [['50', 1]], sum: 3, count: 4 }),
    ]

    expect(withoutHelp(encode('redis', samples, () => ({ role: 'x' })).text)).toBe(unindented`
      # TYPE redis_h histogram
      redis_h_bucket{role="x",le="1"} 2
      redis_h_bucket{role="x",le="+Inf"} 4
      redis_h_sum{role="x"} 3
      redis_h_count{role="x"} 4
      # TYPE redis_s summary
      redis_s{role="x",quantile="50"} 1
      redis_s_sum{role="x"} 3
      redis_s_count{role="x"} 4
    `)
  })
})

test('a histogram gets its buckets, +Inf, sum and count', () => {
  const metric = histogram('latency', 'Latency', ['cmd'])
  const value = { buckets: [[0.5, 1] as const, [16, 3] as const], sum: 20.5, count: 4 }

  expect(encode('redis', [sample(metric, value, { cmd: 'get' })])).toEqual({
    series: 5,
    text: unindented`
      # HELP redis_latency Latency
      # TYPE redis_latency histogram
      redis_latency_bucket{cmd="get",le="0.5"} 1
      redis_latency_bucket{cmd="get",le="16"} 3
      redis_latency_bucket{cmd="get",le="+Inf"} 4
      redis_latency_sum{cmd="get"} 20.5
      redis_latency_count{cmd="get"} 4
    `,
  })
})

test('a summary gets its quantiles as they were given, sum and count', () => {
  const metric = summary('latency', 'Latency')
  const value = { quantiles: [['50', 0.001] as const, ['99.90', 4] as const], sum: 85, count: 7 }

  expect(encode('redis', [sample(metric, value)])).toEqual({
    series: 4,
    text: unindented`
      # HELP redis_latency Latency
      # TYPE redis_latency summary
      redis_latency{quantile="50"} 0.001
      redis_latency{quantile="99.90"} 4
      redis_latency_sum 85
      redis_latency_count 7
    `,
  })
})

test('series are counted over all families', () => {
  const distribution = sample(histogram('h', 'H'), { buckets: [], sum: 0, count: 0 })

  expect(encode('redis', [sample(up, 1), distribution]).series).toBe(4)
})

describe('a value is written as', () => {
  test.each([
    [0, '0'],
    [-1, '-1'],
    [0.001094, '0.001094'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    [1e21, '1e+21'],
    [5e-324, '5e-324'],
    [Number.NaN, 'NaN'],
    [Infinity, '+Inf'],
    [-Infinity, '-Inf'],
  ])('%d as %s', (value, text) => {
    expect(line('a', [], value)).toBe(`a ${text}\n`)
  })
})

describe('escaping', () => {
  test.each([
    ['backslashes', 'a\\b', 'a\\\\b'],
    ['quotes', 'a"b', 'a\\"b'],
    ['line breaks', 'a\nb', 'a\\nb'],
    ['all of them', '\\"\n\\n', '\\\\\\"\\n\\\\n'],
    ['nothing else', "'{},=#\t\r ü🙂", "'{},=#\t\r ü🙂"],
  ])('in labels is for %s', (_what, value, escaped) => {
    expect(label('a', value)).toBe(`a="${escaped}"`)
  })

  test('in help texts is for backslashes and line breaks, not for quotes', () => {
    expect(header('a', { help: 'a "b" \\ \n c', type: 'gauge' })).toBe(
      '# HELP a a "b" \\\\ \\n c\n# TYPE a gauge\n',
    )
  })
})

test('a counter keeps the name that it has, with or without _total', () => {
  const { text } = encode('redis', [sample(counter('total_reads_processed', 'Reads'), 3)])

  expect(text).toContain(
    '# TYPE redis_total_reads_processed counter\nredis_total_reads_processed 3',
  )
})
