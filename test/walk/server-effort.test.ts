import { describe, expect, test } from 'vitest'
import { effortSince, millisecondsSpent, readEffort } from '../../src/walk/server-effort.ts'

const commandstats = (lines: readonly string[]) => `# Commandstats\r\n${lines.join('\r\n')}\r\n`
const effort = (lines: readonly string[]) => readEffort([commandstats(lines), ''])
const calls = (ours: Record<string, number>) => new Map(Object.entries(ours))

test('calls and time are read by command, subcommands under the command that has them', async () => {
  const { commands } = await effort([
    'cmdstat_scan:calls=3,usec=30,usec_per_call=10.00',
    'cmdstat_memory|usage:calls=5,usec=20',
    'cmdstat_memory|stats:usec=100,calls=1',
  ])

  expect(commands).toEqual(
    new Map([
      ['scan', { calls: 3, microseconds: 30 }],
      ['memory', { calls: 6, microseconds: 120 }],
    ]),
  )
})

test.each([
  ['# CPU\r\nused_cpu_sys:1.5\r\nused_cpu_user:2.25\r\n', 3.75],
  ['# CPU\r\nused_cpu_sys:1.5\r\n', undefined],
  ['', undefined],
])('the processor time of %j is %s', async (cpu, expected) => {
  expect((await readEffort(['', cpu])).processorSeconds).toBe(expected)
})

test('a refusal or another form says nothing', async () => {
  expect(await readEffort([null, 7])).toEqual({ commands: new Map(), processorSeconds: undefined })
})

describe('the time spent between two readings', async () => {
  const before = await effort(['cmdstat_scan:calls=10,usec=1000'])

  test('is what the commands took', async () => {
    const after = await effort(['cmdstat_scan:calls=12,usec=3000', 'cmdstat_type:calls=4,usec=500'])

    expect(millisecondsSpent(before, after, calls({ SCAN: 2, TYPE: 4 }))).toBe(2.5)
  })

  test('counts only our part where others call the same commands', async () => {
    const after = await effort(['cmdstat_scan:calls=20,usec=3000'])

    expect(millisecondsSpent(before, after, calls({ SCAN: 5 }))).toBe(1)
  })

  test('is unknown where nothing is said of a command, or the statistics were reset', async () => {
    const reset = await effort(['cmdstat_scan:calls=2,usec=10'])

    expect(millisecondsSpent(before, reset, calls({ SCAN: 2 }))).toBeUndefined()
    expect(millisecondsSpent(before, before, calls({ TYPE: 2 }))).toBeUndefined()
    expect(effortSince(before, before, 'scan')).toBeUndefined()
  })
})
