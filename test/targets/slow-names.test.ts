import { beforeEach, expect, test } from 'vitest'
import { createSlowNames, type SlowNames } from '../../src/targets/slow-names.ts'

let names: SlowNames

beforeEach(() => {
  names = createSlowNames()
})

test('nothing is held against a name that nobody looked up', () => {
  expect(names.doubtOf('a.example')).toBe('none')
})

test('a name is what it was the last time', () => {
  names.note('a.example', true)
  expect(names.doubtOf('a.example')).toBe('slow')

  names.note('a.example', false)
  expect(names.doubtOf('a.example')).toBe('none')
})

test('a name that was slow makes those of its domain suspect which are not known', () => {
  names.note('quick.example', false)
  names.note('slow.example', true)

  const doubts = ['new.example', 'quick.example', 'new.other', 'example', 'a.new.example']
  expect(doubts.map(names.doubtOf)).toEqual(['suspect', 'none', 'none', 'none', 'none'])
})

test('one that is quick clears them', () => {
  names.note('slow.example', true)
  names.note('quick.example', false)

  expect(names.doubtOf('new.example')).toBe('none')
  expect(names.doubtOf('slow.example')).toBe('slow')
})

test('names of one word are of one domain', () => {
  names.note('slow', true)

  expect(names.doubtOf('new')).toBe('suspect')
})

test('so many are remembered, then all are forgotten', () => {
  for (let number = 0; number < 10_000; number += 1) names.note(`${number}.example`, true)
  expect(names.doubtOf('0.example')).toBe('slow')

  names.note('9999.example', true)
  expect(names.doubtOf('0.example')).toBe('slow')
  names.note('one-more.other', false)

  expect(names.doubtOf('0.example')).toBe('none')
})
