import { describe, expect, test } from 'vitest'
import { createConfiguredAddresses } from '../../src/discovery/configured-addresses.ts'
import { beginPlan, planFleet } from '../../src/fleet/plan-fleet.ts'
import { regularExpression } from '../../src/options/value-kinds.ts'
import type { WantedTarget } from '../../src/targets/wanted-target.ts'
import { configured } from '../support/configured.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { targetsOf } from '../support/read-targets.ts'
import { wantedTarget } from '../support/wanted-target.ts'

interface Settings {
  readonly pollInterval: number
  readonly checkKeys: readonly string[]
}

const settings: Settings = { pollInterval: 15_000, checkKeys: ['a*'] }

type Wanted = WantedTarget<Settings>

const target = (host: string, more: Partial<Wanted> = {}) =>
  wantedTarget<Settings>(`redis://${host}`, settings, more)

/** Everything of a plan by the names of the targets. */
function plan(running: readonly Wanted[], ...sources: readonly (readonly Wanted[])[]) {
  const { start, stop, change } = planFleet(running, sources)
  return {
    start: start.map(({ name }) => name),
    stop: stop.map(({ name }) => name),
    change: change.map(({ to }) => to.name),
  }
}

const [a, b] = ['redis://a:6379', 'redis://b:6379']
const nothing = { start: [], stop: [], change: [] }

test('what is wanted and does not run is started', () => {
  expect(plan([], [target('a'), target('b')])).toEqual({ ...nothing, start: [a, b] })
})

test('what runs and is wanted no more is stopped', () => {
  expect(plan([target('a'), target('b')], [target('b')])).toEqual({ ...nothing, stop: [a] })
})

test('where no source wants any, all are stopped', () => {
  expect(plan([target('a'), target('b')], [], [])).toEqual({ ...nothing, stop: [a, b] })
})

describe('what several sources want', () => {
  test('is started once', () => {
    expect(plan([], [target('a')], [target('a'), target('b')]).start).toEqual([a, b])
  })

  test('is as the first of them has it', () => {
    const first = target('a', { labels: { from: 'first' } })
    const second = target('a', { labels: { from: 'second' } })

    expect(planFleet([], [[first], [second]]).start).toEqual([first])
    expect(planFleet([second], [[first], [second]]).change).toEqual([{ from: second, to: first }])
  })

  test('goes on as the second has it when the first wants it no more', () => {
    const first = target('a', { labels: { from: 'first' } })
    const second = target('a', { labels: { from: 'second' } })

    expect(planFleet([first], [[], [second]]).change).toEqual([{ from: first, to: second }])
  })
})

describe('a target is left alone', () => {
  test.each<[what: string, now: Partial<Wanted>]>([
    ['is the same', {}],
    ['has equal settings in another object', { settings: { ...settings, checkKeys: ['a*'] } }],
    ['has a login from the same place', { login: { from: 'the address', read: async () => ({}) } }],
    ['has equal labels', { labels: {} }],
  ])('that %s', (_what, now) => {
    expect(plan([target('a')], [target('a', now)])).toEqual(nothing)
  })

  test('whose patterns were read anew', () => {
    const settings = () => ({ pattern: regularExpression.read('a.*') })
    const { start, change } = planFleet<object>(
      [wantedTarget('redis://a', settings())],
      [[wantedTarget('redis://a', settings())]],
    )

    expect([start, change]).toEqual([[], []])
  })

  test('whose source gives it in another order', () => {
    expect(plan([target('a'), target('b')], [target('b'), target('a')])).toEqual(nothing)
  })
})

describe('a target is changed', () => {
  test.each<[what: string, now: Partial<Wanted>]>([
    ['name', { name: 'alias' }],
    ['database', { database: 3 }],
    ['login', { login: { from: 'a file', read: async () => ({}) } }],
    ['labels', { labels: { env: 'prod' } }],
    ['settings', { settings: { ...settings, pollInterval: 5_000 } }],
    ['pattern', { settings: { ...settings, pattern: regularExpression.read('b.*') } as Settings }],
    ['settings that are lists', { settings: { ...settings, checkKeys: ['b*'] } }],
  ])('of which another %s is wanted', (_what, now) => {
    const { start, stop, change } = planFleet([target('a')], [[target('a', now), target('b')]])

    expect(change).toEqual([{ from: target('a'), to: target('a', now) }].map(expectedChange))
    expect([start.length, stop.length]).toEqual([1, 0])
  })

  // Functions are equal only to themselves.
  function expectedChange({ from, to }: { from: Wanted; to: Wanted }) {
    const withoutLogin = ({ login, ...rest }: Wanted) => expect.objectContaining(rest)
    return { from: withoutLogin(from), to: withoutLogin(to) }
  }

  test('where a setting is missing that was undefined before, it is another', () => {
    const before = { ...settings, scanMaxAge: undefined }
    const { change } = planFleet<object>(
      [wantedTarget('redis://a', before)],
      [[wantedTarget('redis://a', settings)]],
    )

    expect(change).toHaveLength(1)
  })
})

describe('a name that two targets have', () => {
  test('is that of the first; the other goes by its address', () => {
    const named = (host: string) => target(host, { name: 'cache' })

    expect(plan([], [named('a'), named('b')]).start).toEqual(['cache', b])
  })

  test('and that is the address of another is not that of the first either', () => {
    expect(plan([], [target('a', { name: b }), target('b')]).start).toEqual([a, b])
  })

  test('changes nothing as long as both are wanted', () => {
    const named = (host: string) => target(host, { name: 'cache' })
    const running = planFleet([], [[named('a'), named('b')]]).start

    expect(plan(running, [named('a'), named('b')])).toEqual(nothing)
  })
})

describe('where several exporters share the targets', () => {
  const first = (address: string) => address !== b
  const namesIn = (all: readonly Wanted[]) => all.map(({ name }) => name)

  test('what is not ours runs elsewhere', () => {
    const { start, elsewhere } = planFleet([], [[target('a'), target('b')]], first)

    expect([namesIn(start), namesIn(elsewhere)]).toEqual([[a], [b]])
  })

  test('what is not ours and runs is stopped', () => {
    expect(planFleet([target('b')], [[target('b')]], first).stop).toHaveLength(1)
  })

  test('a target has the same name whichever of them has it', () => {
    const sources = [[target('a', { name: 'cache' }), target('b', { name: 'cache' })]]
    const others = (address: string) => !first(address)

    expect(namesIn(planFleet([], sources, first).start)).toEqual(['cache'])
    expect(namesIn(planFleet([], sources, others).start)).toEqual([b])
  })
})

test('what thousands of targets on a hundred shards need is found in small steps', () => {
  const hosts = Array.from({ length: 3_000 }, (_, index) => `host${index}`)
  const running = hosts.map((host) => target(host))
  const wanted = [
    ...hosts.slice(1).map((host) => target(host, { settings: { ...settings, pollInterval: 1 } })),
    target('another'),
  ]

  const hashed: string[] = []
  const { steps, plan } = beginPlan(running, [wanted], (address) => hashed.push(address) > 0)
  expect([hashed.length, plan.change.length]).toEqual([0, 0])

  let most = 0
  let before = 0
  for (const _ of steps) {
    most = Math.max(most, hashed.length - before)
    before = hashed.length
  }

  // Whoever takes the steps can let others go on after each hash and each comparison.
  expect([most, hashed.length]).toEqual([1, 3_000])
  expect([plan.start.length, plan.stop.length, plan.change.length]).toEqual([1, 1, 2_999])
})

test('a server that sources write differently runs once, as the first of them calls it', async () => {
  const flags = configured(['--redis.addr=HOST,[::1]:7'])
  const { addresses, settings: own } = flags
  const fromFlags = createConfiguredAddresses(addresses, own, fakeClock()).wanted()
  const text = 'targets: [{address: host, alias: a}, {address: "[0:0::1]:7"}, {address: other}]'
  const { start } = planFleet([], [fromFlags, await targetsOf(text)])

  expect(start.map(({ name }) => name)).toEqual([
    'redis://HOST:6379',
    'redis://[::1]:7',
    'redis://other:6379',
  ])
})
