import { expect, test } from 'vitest'
import { renderSnapshot } from '../../src/poller/snapshot.ts'
import { createSnapshotStore } from '../../src/poller/snapshot-store.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { heldTarget } from '../support/held-target.ts'
import { downResult, upResult } from '../support/poll-results.ts'
import { usualFigures } from '../support/shown-fleet.ts'

const name = 'redis://localhost:6379'

function watched() {
  const clock = fakeClock()
  const store = createSnapshotStore(clock)
  let open = heldTarget(store)
  const publish = async (result: ReturnType<typeof upResult>) =>
    open.publish(await renderSnapshot('redis', result, clock.monotonic(), 45_000))
  return {
    clock,
    store,
    past: () => store.past(name),
    up: () => publish({ ...upResult(), figures: usualFigures({ readAt: clock.monotonic() }) }),
    down: (message = 'no connection (ECONNREFUSED)') =>
      publish(downResult(redisError('connection', message))),
    reopen: (intervalMilliseconds = 15_000) => {
      open = store.open({
        ...{ name, address: name, labels: {}, maximumAgeMilliseconds: 45_000 },
        intervalMilliseconds,
      })
    },
    close: () => open.close(),
    clientsKnown: () =>
      store
        .past(name)
        ?.curve('clients')
        .values.filter((value) => !Number.isNaN(value)),
  }
}

test('of a target that nobody watches there is no past', () => {
  const { store } = watched()

  expect(store.past('another')).toBeUndefined()
})

test('one that waits has neither figures nor changes', () => {
  expect(watched().past()).toMatchObject({ figures: undefined, changes: [] })
})

test('one that is up has its figures; one that is down or stale has none, though they are remembered', async () => {
  const { past, up, down, clock, clientsKnown } = watched()
  await up()
  expect(past()?.figures).toMatchObject({ clients: 42 })

  await down()
  expect(past()?.figures).toBeUndefined()
  expect(clientsKnown()).toEqual([42])

  await up()
  clock.advance(45_001)
  expect(past()?.figures).toBeUndefined()
})

test('each change of its state is told with its reason, the newest first, and what stays is told once', async () => {
  const { past, up, down, clock } = watched()
  const began = clock.wall()
  for (const poll of [up, up, down, down, () => down('no connection (EHOSTUNREACH)'), up]) {
    await poll()
    clock.advance(10_000)
  }

  expect(past()?.changes).toEqual([
    { state: 'up', at: began + 50_000, reason: undefined },
    { state: 'down', at: began + 40_000, reason: 'connection: no connection (EHOSTUNREACH)' },
    { state: 'down', at: began + 20_000, reason: 'connection: no connection (ECONNREFUSED)' },
    { state: 'up', at: began, reason: undefined },
  ])
})

test('that it became too old is a change, while it is so and later', async () => {
  const { past, up, clock } = watched()
  const began = clock.wall()
  await up()
  clock.advance(60_000)
  const stale = {
    ...{ state: 'stale', at: began + 45_000, reason: 'stale: no poll has ended for 45 s' },
  }
  expect(past()?.changes).toEqual([stale, { state: 'up', at: began, reason: undefined }])

  await up()
  expect(past()?.changes.map(({ state }) => state)).toEqual(['up', 'stale', 'up'])
  expect(past()?.changes[1]).toEqual(stale)
})

test('ten changes are remembered', async () => {
  const { past, up, down } = watched()
  for (let times = 0; times < 20; times += 1) {
    await up()
    await down()
  }

  expect(past()?.changes).toHaveLength(10)
})

test('its past stays when it is opened with other settings, its curves where the interval is the same', async () => {
  const { past, up, reopen, clientsKnown } = watched()
  await up()
  reopen()
  expect(clientsKnown()).toEqual([42])

  reopen(60_000)
  expect(clientsKnown()).toEqual([])
  expect(past()?.changes).toHaveLength(1)
})

test('its past goes with it', async () => {
  const { past, up, close, reopen } = watched()
  await up()
  close()
  expect(past()).toBeUndefined()

  reopen()
  expect(past()?.changes).toEqual([])
})
