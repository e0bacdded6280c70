import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { createPacking, endOfGzip, prepareBody } from '../../src/metrics/encoded-body.ts'
import { renderSnapshot } from '../../src/poller/snapshot.ts'
import { createSnapshotStore } from '../../src/poller/snapshot-store.ts'
import { redisError } from '../../src/redis/redis-error.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { heldTarget } from '../support/held-target.ts'
import { downResult, failed, upResult } from '../support/poll-results.ts'
import { snapshotBytes } from '../support/snapshot-bytes.ts'

const target = 'redis://localhost:6379'
const maximumAge = 45_000

function storeOf(name: string) {
  const clock = fakeClock()
  const store = createSnapshotStore(clock)
  return { clock, store, open: heldTarget(store, name, maximumAge) }
}

async function published() {
  const { clock, store, open } = storeOf(target)
  const snapshot = await renderSnapshot('redis', upResult(), clock.monotonic(), maximumAge)
  open.publish(snapshot)
  return { clock, store, open, snapshot }
}

const text = (store: ReturnType<typeof createSnapshotStore>) => snapshotBytes(store.serve())

test('serves nothing and tells of waiting before the first poll', () => {
  const { store } = storeOf(target)

  expect(store.serve().bodies).toEqual([])
  expect(store.states()).toEqual([
    {
      target,
      address: target,
      labels: {},
      state: 'waiting',
      since: store.states()[0]?.since,
      failures: [],
    },
  ])
})

test('tells of what failed, with what can be done about it', async () => {
  const { clock, store, open } = storeOf(target)
  const parts = new Map([['a.lua', redisError('other', 'line 1: no')]])
  const result = upResult(failed('slowlog', 'noperm', 'no'), {
    name: 'scripts',
    failedParts: parts,
  })
  const slow = [failed('check-keys', 'timeout', 'late')]
  const remedyOf = (name: string) => (name === 'slowlog' ? 'grant it' : '')
  open.publish(await renderSnapshot('redis', result, clock.monotonic(), 1, { slow, remedyOf }))

  expect(store.states()[0]?.failures).toEqual([
    { collector: 'slowlog', reason: 'noperm', message: 'no', remedy: 'grant it' },
    { collector: 'scripts', part: 'a.lua', reason: 'other', message: 'line 1: no' },
    { collector: 'check-keys', reason: 'timeout', message: 'late' },
  ])
})

test('tells of a target that is up since when, and what it is', async () => {
  const { clock, store } = await published()
  clock.advance(1_500)

  expect(store.states()).toEqual([
    {
      target,
      address: target,
      labels: {},
      state: 'up',
      since: clock.wall() - 1_500,
      ageSeconds: 1.5,
      server: 'Redis 7.0.15',
      role: 'master',
      failures: [],
    },
  ])
})

test('tells of a target that is down why', async () => {
  const { clock, store, open } = storeOf(target)
  open.publish(await renderSnapshot('redis', downResult(), clock.monotonic(), 1))

  expect(store.states()).toMatchObject([
    { state: 'down', reason: 'connection: no connection (ECONNREFUSED)', ageSeconds: 0 },
  ])
})

test('serves the newest snapshot as a whole', async () => {
  const { clock, store, open } = await published()
  open.publish(await renderSnapshot('redis', downResult(), clock.monotonic(), 1))

  expect(text(store).toString()).not.toContain('redis_memory_used_bytes')
  expect(text(store).toString()).toContain('redis_up 0')
})

test('gives the same object while nothing changes', async () => {
  const { clock, store } = await published()
  const first = store.serve()
  clock.advance(maximumAge)

  expect(store.serve()).toBe(first)
})

test('gives another revision with each snapshot, even of the same bytes', async () => {
  const { store, open, snapshot } = await published()
  const { revision } = store.serve()
  open.publish(snapshot)

  expect(store.serve().revision).not.toBe(revision)
})

test('hands out the bytes of the snapshot, and makes none', async () => {
  const { store, snapshot } = await published()

  expect(store.serve().bodies[0]).toBe(snapshot.bodies[0])
})

test('has the memory of a snapshot that is served no more used for another, without a word for who was served it', async () => {
  const { clock, store, open } = storeOf(target)
  const encoder = createPacking()
  const render = (result = upResult()) =>
    renderSnapshot('redis', result, clock.monotonic(), maximumAge, { encoder })
  const first = await render()
  open.publish(first)
  open.publish(first)
  const sent = prepareBody(store.serve().bodies)
  const before = text(store)
  const second = await render(downResult())

  expect(text(store)).toEqual(before)
  open.publish(second)
  await render()
  expect(text(store).toString()).toContain('redis_up 0')
  expect(gunzipSync(Buffer.concat([...sent.gzip, endOfGzip(sent, Buffer.from(''))]))).toEqual(
    before,
  )
  expect(() => first.bodies[0]?.plain()).toThrow('released')
})
