import { describe, expect, test } from 'vitest'
import {
  chooseTargets,
  overviewHref,
  readOverviewQuery,
} from '../../../src/http/pages/overview-query.ts'
import type { TargetState } from '../../../src/poller/target-snapshots.ts'

const all = { text: '', state: undefined, page: 1, refreshes: true } as const

test.each([
  ['', all],
  ['q=+orders+', { ...all, text: 'orders' }],
  ['state=down&page=3&refresh=off', { ...all, state: 'down', page: 3, refreshes: false }],
  // What cannot be understood is left out.
  ['state=ill&page=-1&refresh=maybe&x=y', all],
  ['page=99999999', all],
  [`q=${'x'.repeat(1_000)}`, { ...all, text: 'x'.repeat(200) }],
])('the query %j is read', (query, expected) => {
  expect(readOverviewQuery(query)).toEqual(expected)
})

test.each([
  [all, '/'],
  [{ ...all, text: 'a&b=<c>' }, '/?q=a%26b%3D%3Cc%3E'],
  [
    { ...all, state: 'stale', page: 2, refreshes: false } as const,
    '/?state=stale&page=2&refresh=off',
  ],
])('the link to %j leads back there', (query, href) => {
  expect(overviewHref(query)).toBe(href)
  expect(readOverviewQuery(href.slice(2))).toEqual(query)
})

function target(name: string, state: TargetState['state'], more: Partial<TargetState> = {}) {
  const unknown = { reason: undefined, ageSeconds: 1, server: '', role: '', failures: [] }
  return {
    target: name,
    address: `redis://${name}`,
    labels: {},
    state,
    since: 0,
    ...unknown,
    ...more,
  }
}

const names = (states: readonly TargetState[]) => states.map((one) => one.target)

describe('of many targets', () => {
  const many = Array.from({ length: 100 }, (_, index) => target(`up-${100 + index}`, 'up'))
  const states = [...many, target('w', 'waiting'), target('s', 'stale'), target('d', 'down')]

  test('those that need a look come first, and all are counted', async () => {
    const chosen = await chooseTargets(states, all)

    expect(names(chosen.shown).slice(0, 5)).toEqual(['d', 's', 'w', 'up-100', 'up-101'])
    expect(chosen).toMatchObject({
      ...{ from: 0, found: 103, pages: 4, page: 1 },
      counts: { down: 1, stale: 1, waiting: 1, up: 100 },
    })
  })

  test('the later ones are on later pages, and there is no page behind the last', async () => {
    expect(names((await chooseTargets(states, { ...all, page: 2 })).shown)[0]).toBe('up-127')
    expect(await chooseTargets(states, { ...all, page: 9 })).toMatchObject({ page: 4, from: 90 })
    expect((await chooseTargets(states, { ...all, page: 9 })).shown).toHaveLength(13)
  })

  test('those in one state can be looked at', async () => {
    expect(names((await chooseTargets(states, { ...all, state: 'stale' })).shown)).toEqual(['s'])
  })
})

test.each([
  ['ORDERS', ['orders']],
  ['redis://ord', ['orders']],
  ['berlin', ['sessions']],
  ['valkey 9', ['sessions']],
  ['master', ['orders']],
  ['nothing like it', []],
])('%j is looked for in name, address, labels, server and role', async (text, found) => {
  const states = [
    target('orders', 'up', { role: 'master' }),
    target('sessions', 'down', { labels: { city: 'Berlin' }, server: 'Valkey 9.1.2' }),
  ]

  expect(names((await chooseTargets(states, { ...all, text })).shown)).toEqual(found)
})
