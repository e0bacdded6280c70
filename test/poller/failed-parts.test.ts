import { beforeEach, describe, expect, test } from 'vitest'
import { redisError } from '../../src/redis/redis-error.ts'
import { failed, upResult } from '../support/poll-results.ts'
import { type RecordedPollTask, recordedPollTask } from '../support/recorded-poll-task.ts'

const target = 'redis://localhost:6379'

let poller: RecordedPollTask

beforeEach(() => {
  poller = recordedPollTask(target)
})

/** A poll whose collector `scripts` works, but for some parts and the reasons for these. */
function withParts(parts: Readonly<Record<string, string>>) {
  const errors = Object.entries(parts).map(
    ([part, message]) => [part, redisError('other', message)] as const,
  )
  return upResult({
    name: 'scripts',
    ...(errors.length > 0 ? { failedParts: new Map(errors) } : {}),
  })
}

const lines = () =>
  poller.shown().flatMap(({ level, part, msg }) => (part ? [`${level} ${part} ${msg}`] : []))

describe('a part of a collector that fails', () => {
  test('is logged when it is new, when the reason changes, and when it works again', async () => {
    await poller.pollWith(withParts({ 'a.lua': 'no file' }), 3)
    await poller.pollWith(withParts({ 'a.lua': 'no file', 'b.lua': 'no file' }), 3)
    await poller.pollWith(withParts({ 'a.lua': 'no list', 'b.lua': 'no file' }), 3)
    await poller.pollWith(withParts({}), 3)
    await poller.pollWith(withParts({ 'a.lua': 'no list' }), 3)

    expect(lines()).toEqual([
      'warn a.lua part of a collector failed: no file',
      'warn b.lua part of a collector failed: no file',
      'warn a.lua part of a collector failed: no list',
      'info a.lua part works again',
      'info b.lua part works again',
      'warn a.lua part of a collector failed: no list',
    ])
  })

  test('is neither better nor worse while the whole collector fails', async () => {
    await poller.pollWith(withParts({ 'a.lua': 'no file' }))
    await poller.pollWith(upResult(failed('scripts', 'timeout')))
    await poller.pollWith(withParts({ 'a.lua': 'no file' }))

    expect(lines()).toHaveLength(1)
  })

  test('is counted each time as a failure of the collector', async () => {
    for (let count = 0; count < 3; count++)
      await poller.pollWith(withParts({ 'a.lua': 'no file', 'b.lua': 'no file' }))

    const labels = { collector: 'scripts', reason: 'other' }
    expect(await poller.count('collector_errors_total', labels)).toBe(6)
  })

  test('is counted once for as long as it is the same refusal, which is not sent again', async () => {
    await poller.pollWith(withParts({ 'a.lua': 'no file' }), 3)

    const labels = { collector: 'scripts', reason: 'other' }
    expect(await poller.count('collector_errors_total', labels)).toBe(1)
  })
})
