import { expect, test } from 'vitest'
import { lookupThreads } from '../../src/targets/lookup-threads.ts'

test.each([
  [undefined, 2],
  ['', 1],
  ['none', 1],
  ['0', 1],
  ['1', 1],
  ['5', 3],
  ['128', 64],
  ['100000', 512],
])(
  'where UV_THREADPOOL_SIZE is %s, so many names can be looked up at once: %i',
  (size, expected) => {
    expect(lookupThreads(size)).toBe(expected)
  },
)
