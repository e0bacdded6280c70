import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { createPollTarget } from '../../src/poller/poll-target.ts'
import { defaultSettings } from '../support/default-settings.ts'
import { answersOf, fakeConnection } from '../support/fake-connection.ts'
import { longInfo, seriesOfLongInfo } from '../support/long-info.ts'
import { collectors } from '../support/registry.ts'

vi.setConfig({ testTimeout: 60_000 })

const timeoutMilliseconds = 30
const endless = answersOf({ info: longInfo(20_000) })

/** A target whose polls end at their deadline in the middle of what a server lists. */
function targetOf() {
  // A slice holds four looks at the clock, so that there is work for many turns.
  const begun = performance.now()
  let looks = 0
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => begun + ++looks)
  // Nor may a busy machine bring a deadline about: it comes when we say so.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  onTestFinished(() => {
    clock.mockRestore()
    vi.useRealTimers()
  })
  const connection = fakeConnection({ answer: endless })
  const poll = createPollTarget({
    connection,
    collectors: collectors.filter(({ name }) => name in seriesOfLongInfo(0)),
    settings: defaultSettings,
    timeoutMilliseconds,
    clock: systemClock,
  })
  const givenUp = async () => {
    const result = poll()
    for (let turn = 0; turn < 20; turn++) await nextTurn()
    // The deadline, and how long what was dropped may take to let go.
    vi.advanceTimersByTime(timeoutMilliseconds + 1_000)
    return await result
  }
  return { connection, poll, givenUp, looks: () => looks }
}

test('a poll that its deadline ends while it reads in slices is not read on', async () => {
  const { givenUp, looks } = targetOf()
  for (let count = 0; count < 5; count++)
    expect((await givenUp()).error).toMatchObject({ reason: 'timeout' })
  const atEnd = looks()
  for (let turn = 0; turn < 100; turn++) await nextTurn()

  // What waits for a slice hears of it in its turn.
  expect(looks() - atEnd).toBeLessThan(60)
})

test('the next poll is not delayed by it, and what it learnt is not forgotten', async () => {
  const { connection, poll, givenUp } = targetOf()
  expect((await givenUp()).error).toMatchObject({ reason: 'timeout' })
  const info = longInfo(1).replace('redis_version', 'server_name:valkey\r\nvalkey_version')
  connection.behave(answersOf({ info }))

  expect(await poll()).toMatchObject({ error: undefined, server: 'Valkey 7.0.15' })
  for (let turn = 0; turn < 100; turn++) await nextTurn()
  expect(await poll()).toMatchObject({ error: undefined, server: 'Valkey 7.0.15' })
  expect(connection.opened()).toBe(2)
})
