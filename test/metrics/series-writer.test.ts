import { expect, test } from 'vitest'
import { counter, gauge, sample } from '../../src/metrics/metric.ts'
import { createSeriesWriter } from '../../src/metrics/series-writer.ts'

const calls = counter('calls_total', 'Calls (a test)', ['cmd'])
const keys = gauge('keys', 'Keys (a test)', ['db'])

test('each family is written with the namespace, its labels and those that are added', () => {
  const writer = createSeriesWriter('valkey', () => ({ instance_role: 'master' }))
  writer.add(sample(calls, 1, { cmd: 'get' }))
  writer.add(sample(keys, 7, { db: 'db0' }))
  writer.add(sample(calls, 2, { cmd: 'set' }))

  expect(writer.finish()).toEqual([
    {
      metric: calls,
      chunks: [],
      rest:
        'valkey_calls_total{cmd="get",instance_role="master"} 1\n' +
        'valkey_calls_total{cmd="set",instance_role="master"} 2\n',
      series: 2,
    },
    {
      metric: keys,
      chunks: [],
      rest: 'valkey_keys{db="db0",instance_role="master"} 7\n',
      series: 1,
    },
  ])
})

test('thousands become bytes in chunks of whole lines', () => {
  const writer = createSeriesWriter('redis')
  const lines = Array.from({ length: 2_000 }, (_, at) => `redis_calls_total{cmd="c${at}"} ${at}\n`)
  for (const at of lines.keys()) writer.add(sample(calls, at, { cmd: `c${at}` }))
  const [written] = writer.finish()
  const chunks = written?.chunks.map(String) ?? []

  expect(chunks.length).toBeGreaterThan(2)
  expect(chunks.every((chunk) => chunk.endsWith('\n'))).toBe(true)
  expect([...chunks, written?.rest].join('')).toBe(lines.join(''))
  expect(written?.series).toBe(2_000)
})
