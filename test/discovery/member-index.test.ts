import { expect, test } from 'vitest'
import { createMemberIndex } from '../../src/discovery/member-index.ts'

const ownersOf = (index: ReturnType<typeof createMemberIndex<string>>, address: string) => [
  ...index.ownersOf(address),
]

test('an address belongs to all that have it, and to nobody unless one has', () => {
  const index = createMemberIndex<string>()
  index.set('one', ['a', 'b'])
  index.set('other', ['b'])

  expect(['a', 'b', 'c'].map((address) => ownersOf(index, address))).toEqual([
    ['one'],
    ['one', 'other'],
    [],
  ])
})

test('whoever has others now has none of those from before', () => {
  const index = createMemberIndex<string>()
  index.set('one', ['a', 'b'])
  index.set('one', ['b', 'c'])

  expect(['a', 'b', 'c'].map((address) => ownersOf(index, address))).toEqual([[], ['one'], ['one']])
})

test('who is removed has none', () => {
  const index = createMemberIndex<string>()
  index.set('one', ['a'])
  index.set('other', ['a'])
  index.remove('one')

  expect(ownersOf(index, 'a')).toEqual(['other'])
})
