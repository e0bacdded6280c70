import { expect, test } from 'vitest'
import { readCommandTimes, readSlowCommands, secondsOf } from './command-times.ts'

test('times come from commandstats and the longest call from latencystats, but for our own', () => {
  const commandstats = [
    '# Commandstats',
    'cmdstat_scan:calls=10,usec=4000,usec_per_call=400.00,rejected_calls=0,failed_calls=0',
    'cmdstat_memory|usage:calls=5,usec=10,usec_per_call=2.00,rejected_calls=0,failed_calls=0',
    'cmdstat_config|resetstat:calls=1,usec=90,usec_per_call=90.00,rejected_calls=0,failed_calls=0',
  ].join('\r\n')
  const latencystats = '# Latencystats\r\nlatency_percentiles_usec_scan:p100=900.095\r\n'

  expect(readCommandTimes(commandstats, latencystats)).toEqual([
    { name: 'scan', calls: 10, microseconds: 4000, longest: 900.095 },
    { name: 'memory|usage', calls: 5, microseconds: 10, longest: undefined },
  ])
})

test('the slow log tells milliseconds, and what we sent ourselves is none of it', () => {
  const entry = (microseconds: number, ...words: readonly string[]) => [
    ...[7, 1_700_000_000, microseconds],
    words,
    ...['127.0.0.1:40000', ''],
  ]

  expect(
    readSlowCommands([
      entry(1500, 'SCAN', '0', 'COUNT', '1000'),
      entry(2000, 'CONFIG', 'RESETSTAT'),
      entry(3000, 'slowlog', 'GET', '100'),
    ]),
  ).toEqual([1.5])
})

test('what a script calls is counted once, within the time of the script', () => {
  const time = (name: string, microseconds: number) => ({
    name,
    microseconds,
    calls: 1,
    longest: undefined,
  })

  expect(secondsOf([time('scan', 300), time('info', 100)])).toBe(0.0004)
  expect(secondsOf([time('scan', 300), time('evalsha', 500), time('info', 100)])).toBe(0.0006)
})
