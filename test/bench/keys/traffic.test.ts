import { expect, test } from 'vitest'
import { readCsv } from './traffic.ts'

test('the tests of redis-benchmark are read by the order of their columns', () => {
  const text = [
    '"test","rps","avg_latency_ms","min_latency_ms","p50_latency_ms","p95_latency_ms","p99_latency_ms","max_latency_ms"',
    '"SET","41322.31","0.033","0.016","0.031","0.047","0.071","0.951"',
    '"GET","42016.81","0.032","0.008","0.030","0.046","0.070","0.535"',
  ].join('\n')

  expect(readCsv(text)).toEqual([
    { p50: 0.031, p99: 0.071, largest: 0.951 },
    { p50: 0.03, p99: 0.07, largest: 0.535 },
  ])
})

test('no figures are an error that shows what was printed instead', () => {
  expect(() => readCsv('Could not connect')).toThrow('Could not connect')
})
