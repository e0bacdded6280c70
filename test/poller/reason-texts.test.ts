import { describe, expect, test } from 'vitest'
import { reasonIn, reasonTexts } from '../../src/poller/reason-texts.ts'
import { reasons } from '../../src/redis/redis-error.ts'

test('every reason has a text, and so has what is too old', () => {
  expect(Object.keys(reasonTexts).sort()).toEqual([...reasons, 'stale'].sort())
})

describe.each(Object.entries(reasonTexts))('%s', (_reason, texts) => {
  test('tells what it means, what to look at, and what happens meanwhile, in sentences', () => {
    expect(Object.keys(texts)).toEqual(['means', 'lookAt', 'meanwhile'])
    for (const text of Object.values(texts)) expect(text).toMatch(/^[A-Z`-].{10,400}\.$|^redis-/s)
  })
})

test.each([
  ['auth: wrong user name or password (WRONGPASS)', 'auth'],
  ['stale: no poll has ended for 45 s', 'stale'],
  ['noperm', 'noperm'],
  ['constructor: it', undefined],
  ['it went wrong', undefined],
  ['', undefined],
  [undefined, undefined],
])('the reason in %j is %s', (text, reason) => {
  expect(reasonIn(text)).toBe(reason)
})
