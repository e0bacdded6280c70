import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { followVersions } from '../../src/discovery/follow-versions.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

test('however often somebody asks, the files are read once a second', async () => {
  let loads = 0
  const followed = followVersions({
    version: async () => 'same',
    loaded: () => 'same',
    load: async () => [`${++loads}`],
    onMistakes() {},
    everyMilliseconds: 3_600_000,
  })
  expect(await followed.reload()).toEqual(['1'])
  const all = Promise.all(Array.from({ length: 1_000 }, () => followed.reload()))
  await vi.advanceTimersByTimeAsync(999)
  expect(loads).toBe(1)
  await vi.advanceTimersByTimeAsync(1)

  expect(new Set((await all).flat())).toEqual(new Set(['2']))
  await vi.advanceTimersByTimeAsync(5_000)
  expect(await followed.reload()).toEqual(['3'])
  followed.stop()
})
