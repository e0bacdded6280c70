import { describe, expect, test } from 'vitest'
import { allOptions } from '../../src/config/all-options.ts'
import { reasonIn, reasonTexts } from '../../src/poller/reason-texts.ts'
import { reasons } from '../../src/redis/redis-error.ts'
import { allCollectors } from '../support/registry.ts'

test('every reason has a text, and so has what is too old', () => {
  expect(Object.keys(reasonTexts).sort()).toEqual([...reasons, 'stale'].sort())
})

describe.each(Object.entries(reasonTexts))('%s', (_reason, texts) => {
  test('tells what it means, what to look at, and what happens meanwhile, in sentences', () => {
    expect(Object.keys(texts)).toEqual(['means', 'lookAt', 'meanwhile'])
    for (const text of Object.values(texts)) expect(text).toMatch(/^[A-Z`-].{10,400}\.$|^redis-/s)
  })
})

test('every flag that they name is one', () => {
  const named = Object.values(reasonTexts).flatMap(({ lookAt, means }) =>
    [...`${lookAt} ${means}`.matchAll(/--([\w.-]*\w)/g)].map(([, flag = '']) => flag),
  )
  const flags = Object.values(allOptions(allCollectors)).flatMap((option) => option.flags)

  expect(named.length).toBeGreaterThan(8)
  expect(named.filter((flag) => flag !== 'acl' && !flags.includes(flag))).toEqual([])
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
