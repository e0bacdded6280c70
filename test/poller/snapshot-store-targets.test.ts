import { describe, expect, test } from 'vitest'
import { renderSnapshot } from '../../src/poller/snapshot.ts'
import {
  createSnapshotStore,
  type OpenTarget,
  type SnapshotStore,
} from '../../src/poller/snapshot-store.ts'
import { checkExposition } from '../support/exposition.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'
import { heldTarget } from '../support/held-target.ts'
import { joinedText } from '../support/joined-text.ts'
import { downResult, upResult } from '../support/poll-results.ts'

const maximumAge = 45_000

describe('several targets', () => {
  const names = ['redis://two:6379', 'redis://one:6379']

  async function several() {
    const clock = fakeClock()
    const store = createSnapshotStore(clock)
    const publish = async (open: OpenTarget, result = upResult()) =>
      open.publish(await renderSnapshot('redis', result, clock.monotonic(), maximumAge))
    const [two, one] = names.map((name) => heldTarget(store, name, maximumAge))
    if (!one || !two) throw new Error('there are two')
    return { clock, store, one, two, publish }
  }

  const ups = async (store: SnapshotStore, clock: FakeClock) =>
    [...(await joinedText(store, clock)).matchAll(/^redis_up.*$/gm)].map(([line]) => line)

  test('are told in the order of their names, whenever they came', async () => {
    const { store } = await several()

    expect(store.states().map((one) => one.target)).toEqual([
      'redis://one:6379',
      'redis://two:6379',
    ])
  })

  test('are found for as long as they are held, also under another address', async () => {
    const { store, one, two } = await several()
    const found = (address: string) => store.index.at(address, true)?.name
    heldTarget(store, 'cache', maximumAge)
    expect(store.index.size).toBe(3)
    one.close()
    two.close()
    store.open({ name: 'cache', address: 'redis://new', labels: {}, maximumAgeMilliseconds: 1 })

    expect(['redis://one:6379', 'redis://new'].map(found)).toEqual([undefined, 'cache'])
    expect(store.index.size).toBe(1)
  })

  test('are judged as their states tell, at less cost', async () => {
    const { clock, store, one, two, publish } = await several()
    const names = () => store.judged().map((held) => held.stateName(clock.monotonic()))
    expect(names()).toEqual(['waiting', 'waiting'])
    await publish(one)
    await publish(two, downResult())
    expect(names()).toEqual(['up', 'down'])
    clock.advance(maximumAge)
    await publish(two, downResult())
    clock.advance(1)

    expect(names()).toEqual(['stale', 'down'])
    expect(names()).toEqual(store.states().map(({ state }) => state))
  })

  test('have each family once, and their names in every series', async () => {
    const { clock, store, one, two, publish } = await several()
    await publish(one)
    await publish(two, downResult())

    const all = await joinedText(store, clock)
    expect(checkExposition(all)).toEqual([])
    expect(await ups(store, clock)).toEqual([
      'redis_up{target="redis://one:6379"} 1',
      'redis_up{target="redis://two:6379"} 0',
    ])
    expect(all.match(/^redis_(?!.*target="redis:)/m)).toBeNull()
  })

  test('carry the labels that were given to one of them', async () => {
    const { clock, store, publish } = await several()
    const labels = { env: 'prod', team: 'a "b"' }
    await publish(
      store.open({ name: 'a', address: 'x', labels, maximumAgeMilliseconds: maximumAge }),
    )

    expect(await ups(store, clock)).toEqual([
      String.raw`redis_up{target="a",env="prod",team="a \"b\""} 1`,
    ])
  })

  test('are served each for itself without any of that', async () => {
    const { store, one, publish } = await several()
    await publish(one)
    const { bodies } = store.serve('redis://one:6379') ?? { bodies: [] }

    expect(bodies.map((body) => body.plain().toString()).join('')).toContain('\nredis_up 1\n')
    expect(store.serve('redis://two:6379')?.bodies).toEqual([])
    expect(store.serve('redis://three:6379')).toBeUndefined()
  })

  test('do not outdate each other', async () => {
    const { store, one, two, publish } = await several()
    await publish(one)
    const before = store.serve('redis://one:6379')
    const changes = store.changes()
    await publish(two)

    expect(store.serve('redis://one:6379')).toBe(before)
    expect(store.changes()).toBeGreaterThan(changes)
  })

  test('are forgotten whole when they are closed, and what comes late is as well', async () => {
    const { clock, store, one, two, publish } = await several()
    await publish(one)
    await publish(two)
    two.close()
    await publish(two)

    expect(await ups(store, clock)).toEqual(['redis_up{target="redis://one:6379"} 1'])
    expect(store.states()).toHaveLength(1)
    expect(store.serve('redis://two:6379')).toBeUndefined()
  })

  test('keep what is known of them when they are opened anew', async () => {
    const { clock, store, one, publish } = await several()
    await publish(one)
    const again = heldTarget(store, 'redis://one:6379', 1_000)
    one.close()
    await publish(one, downResult())
    expect(await ups(store, clock)).toEqual(['redis_up{target="redis://one:6379"} 1'])

    await publish(again, downResult())
    expect(await ups(store, clock)).toEqual(['redis_up{target="redis://one:6379"} 0'])
  })

  test('keep the role that they told last when they are opened anew, until they are forgotten', async () => {
    const { store, one, publish } = await several()
    expect(one.role()).toBe('')
    await publish(one)
    expect(one.role()).toBe('master')

    const again = heldTarget(store, 'redis://one:6379', 1_000)
    expect(again.role()).toBe('master')
    again.close()
    expect(heldTarget(store, 'redis://one:6379').role()).toBe('')
  })

  test('have each an age of its own at which they are too old', async () => {
    const { clock, store, one, publish } = await several()
    await publish(one)
    await publish(heldTarget(store, 'redis://two:6379', 1_000))
    clock.advance(1_001)

    expect(store.states().map(({ state }) => state)).toEqual(['up', 'stale'])
    expect(await ups(store, clock)).toEqual([
      'redis_up{target="redis://one:6379"} 1',
      'redis_up{target="redis://two:6379"} 0',
    ])
  })

  test('are ready when all have a result; one that comes later has its maximum age for that', async () => {
    const { clock, store, one, two, publish } = await several()
    await publish(one)
    expect(store.readiness().status).toBe('waiting for the first poll')
    await publish(two)
    expect(store.readiness().status).toBe('ready')

    heldTarget(store, 'redis://three:6379', 10_000)
    clock.advance(10_000)
    expect(store.readiness().status).toBe('ready')
    clock.advance(1)
    expect(store.readiness().status).toBe('stale')
  })

  test('are not waited for when they come after all others have gone', async () => {
    const { clock, store, one, two, publish } = await several()
    await publish(one)
    await publish(two)
    one.close()
    two.close()

    heldTarget(store, 'redis://three:6379', 10_000)
    expect(store.readiness().status).toBe('ready')
    clock.advance(10_001)
    expect(store.readiness().status).toBe('stale')
  })
})

test('a target that is opened anew while all are put together is not left out', async () => {
  const clock = fakeClock()
  const store = createSnapshotStore(clock)
  for (const name of ['a', 'b']) heldTarget(store, name, maximumAge)
  const names: string[] = []

  for (const { target } of store.each()) {
    names.push(target.name)
    if (target.name === 'a') heldTarget(store, 'b', maximumAge)
  }

  expect(names).toEqual(['a', 'b'])
})

test('a target that goes while all are put together is left out', async () => {
  const clock = fakeClock()
  const store = createSnapshotStore(clock)
  const [, second] = ['a', 'b'].map((name) => heldTarget(store, name, maximumAge))
  const names: string[] = []

  for (const { target } of store.each()) {
    names.push(target.name)
    second?.close()
  }

  expect(names).toEqual(['a'])
})
