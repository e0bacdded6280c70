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

test('what changes is read when it was the same twice: a file that grows is not read half', async () => {
  let version = 'a'
  const loads: string[] = []
  const followed = followVersions({
    version: async () => version,
    loaded: () => loads.at(-1) ?? 'a',
    load: async () => {
      loads.push(version)
      return []
    },
    onMistakes() {},
    everyMilliseconds: 1_000,
  })
  await vi.advanceTimersByTimeAsync(0)
  for (const longer of ['ab', 'abc', 'abcd']) {
    version = longer
    await vi.advanceTimersByTimeAsync(1_000)
  }
  expect(loads).toEqual([])

  await vi.advanceTimersByTimeAsync(1_000)
  expect(loads).toEqual(['abcd'])
  await vi.advanceTimersByTimeAsync(5_000)
  expect(loads).toEqual(['abcd'])
  followed.stop()
})

test('what changes with every look is read with every fifth, since it would never be else', async () => {
  let version = 0
  const loads: string[] = []
  const followed = followVersions({
    version: async () => String(version++),
    loaded: () => loads.at(-1) ?? '0',
    load: async () => {
      loads.push(String(version - 1))
      return []
    },
    onMistakes() {},
    everyMilliseconds: 1_000,
  })
  await vi.advanceTimersByTimeAsync(11_000)

  expect(loads).toEqual(['5', '10'])
  followed.stop()
})
