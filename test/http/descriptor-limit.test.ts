import { expect, test } from 'vitest'
import { firstKeptDescriptor } from '../../src/http/descriptor-limit.ts'

const limits = (
  soft: string,
) => `Limit                     Soft Limit           Hard Limit           Units
Max cpu time              unlimited            unlimited            seconds
Max open files            ${soft.padEnd(20)} 1048576              files
`

test.each([
  ['30', 25],
  ['64', 56],
  ['256', 224],
  ['1024', 960],
  ['1048576', 1_048_512],
])(
  'with %s descriptors at most, those from %d on are kept for more important things',
  (soft, expected) => {
    expect(firstKeptDescriptor(() => limits(soft))).toBe(expected)
  },
)

test('where the system tells no limit, none is kept', () => {
  const absent = () => {
    throw Object.assign(new Error('no such file'), { code: 'ENOENT' })
  }

  expect(firstKeptDescriptor(absent)).toBe(Infinity)
  expect(firstKeptDescriptor(() => limits('unlimited'))).toBe(Infinity)
})
