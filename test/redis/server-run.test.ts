import { describe, expect, test } from 'vitest'
import { parseInfo } from '../../src/redis/info.ts'
import { isSameOrigin, isSameRun, serverRun } from '../../src/redis/server-run.ts'

const run = (lines: string, now = 1_000_000) => serverRun(parseInfo(`# Server\n${lines}`), now)

describe('with a run_id', () => {
  test('one run has one id, whatever else changes', () => {
    expect(
      isSameRun(run('run_id:a\nuptime_in_seconds:9'), run('run_id:a\nuptime_in_seconds:1')),
    ).toBe(true)
  })

  test('another id is another run', () => {
    expect(isSameRun(run('run_id:a'), run('run_id:b'))).toBe(false)
  })
})

describe('without a run_id', () => {
  const known = run('redis_version:1.2\nuptime_in_seconds:100', 1_000_000)

  test('an uptime that grows with the clock is the same run', () => {
    const later = run('redis_version:1.2\nuptime_in_seconds:160', 1_060_900)

    expect(isSameRun(known, later)).toBe(true)
  })

  test.each([
    ['went back', 'redis_version:1.2\nuptime_in_seconds:3'],
    [
      'leapt ahead, as of a server that runs for longer',
      'redis_version:1.2\nuptime_in_seconds:900',
    ],
  ])('an uptime that %s is another run', (_, lines) => {
    expect(isSameRun(known, run(lines, 1_060_000))).toBe(false)
  })

  test.each([
    ['version', 'redis_version:1.3\nuptime_in_seconds:160'],
    ['process', 'redis_version:1.2\nprocess_id:7\nuptime_in_seconds:160'],
    ['id', 'run_id:a\nredis_version:1.2\nuptime_in_seconds:160'],
  ])('another %s is another run', (_, lines) => {
    expect(isSameRun(known, run(lines, 1_060_000))).toBe(false)
  })

  test('a server that tells nothing at all is taken for the same', () => {
    expect(isSameRun(run(''), run('', 2_000_000))).toBe(true)
  })

  test('an uptime that is no number tells nothing', () => {
    expect(isSameRun(run('uptime_in_seconds:x'), run('uptime_in_seconds:9'))).toBe(true)
  })
})

test('what was read in another role is of another origin', () => {
  const origin = { run: run('run_id:a'), role: 'master' }

  expect(isSameOrigin(origin, { run: run('run_id:a'), role: 'master' })).toBe(true)
  expect(isSameOrigin(origin, { run: run('run_id:a'), role: 'slave' })).toBe(false)
  expect(isSameOrigin(origin, { run: run('run_id:b'), role: 'master' })).toBe(false)
})
