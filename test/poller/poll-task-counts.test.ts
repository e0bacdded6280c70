import { beforeEach, describe, expect, test } from 'vitest'
import { downResult, failed, upResult } from '../support/poll-results.ts'
import { type RecordedPollTask, recordedPollTask } from '../support/recorded-poll-task.ts'

const target = 'redis://localhost:6379'

let poller: RecordedPollTask

beforeEach(() => {
  poller = recordedPollTask(target)
})

describe('the counts', () => {
  test('of polls go by the result', async () => {
    await poller.pollWith(upResult(), 3)
    await poller.pollWith(downResult(), 2)

    expect(await poller.count('polls_total', { result: 'up' })).toBe(3)
    expect(await poller.count('polls_total', { result: 'down' })).toBe(2)
    expect(await poller.count('scrapes_total')).toBe(5)
  })

  test('of failures of a collector go by its name and the reason', async () => {
    for (let time = 0; time < 3; time++) await poller.pollWith(upResult(failed('slowlog', 'parse')))

    expect(
      await poller.count('collector_errors_total', { collector: 'slowlog', reason: 'parse' }),
    ).toBe(3)
  })

  test('of a command that was refused and is not sent again go up once', async () => {
    // What is remembered is the same error on every poll.
    await poller.pollWith(upResult(failed('slowlog', 'noperm')), 3)

    expect(await poller.count('collector_errors_total', { reason: 'noperm' })).toBe(1)
  })

  test('of fields that could not be read go by collector', async () => {
    await poller.pollWith(upResult({ name: 'stats', rejected: ['used_memory', 'hz'] }), 2)

    expect(await poller.count('rejected_fields_total', { collector: 'stats' })).toBe(4)
  })

  test('tell the size of the snapshot that is served', async () => {
    await poller.pollWith(upResult())

    expect(await poller.count('snapshot_bytes')).toBe(poller.store.serve().bodies[0]?.plainLength)
    expect(await poller.count('snapshot_series')).toBe(8)
  })

  test('are complete, and the snapshot published, when they are to be rendered', async () => {
    await poller.pollWith(upResult(), 2)

    expect(poller.polled).toEqual([
      { revision: '1', polls: 1 },
      { revision: '2', polls: 2 },
    ])
  })
})

test('the age of a snapshot begins with its poll, not with the end of it', async () => {
  const slow = recordedPollTask(target, { duringPoll: (clock) => clock.advance(8_000) })

  await slow.pollWith(upResult())

  expect(slow.store.states()).toMatchObject([{ ageSeconds: 8 + 15 }])
})

test('a family that the slow schedule shares is published apart, and counts as well', async () => {
  const alone = recordedPollTask(target)
  await alone.pollWith(upResult())
  const poller = recordedPollTask(target, { sharedFamilies: new Set(['memory_used_bytes']) })
  await poller.pollWith(upResult())

  const [main, , lines] = poller.store.serve().bodies.map(({ plain }) => plain().toString())
  expect(main).not.toContain('redis_memory_used_bytes')
  expect(lines).toBe('redis_memory_used_bytes 1048576\n')
  expect(await poller.count('snapshot_series')).toBe(await alone.count('snapshot_series'))
  expect(await poller.count('snapshot_bytes')).toBe((main ?? '').length + (lines ?? '').length)
})
