import { gunzipSync } from 'node:zlib'
import { beforeEach, describe, expect, test } from 'vitest'
import { endOfGzip, prepareBody } from '../../src/metrics/encoded-body.ts'
import { createFamilyEncoder } from '../../src/metrics/family-lines.ts'
import { counter, gauge, sample } from '../../src/metrics/metric.ts'
import { renderSnapshot } from '../../src/poller/snapshot.ts'
import {
  createSnapshotStore,
  type OpenTarget,
  type SnapshotStore,
} from '../../src/poller/snapshot-store.ts'
import type { SlowResult } from '../../src/poller/target-snapshots.ts'
import { checkExposition } from '../support/exposition.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'
import { withoutHelp } from '../support/fake-poll.ts'
import { heldTarget } from '../support/held-target.ts'
import { joinedText } from '../support/joined-text.ts'
import { downResult, runOf, upResult } from '../support/poll-results.ts'
import { unindented } from '../support/unindented.ts'

const target = 'redis://localhost:6379'
const maximumAge = 45_000
const slowMaximumAge = 180_000

const keySize = gauge('key_size', 'Size of a key (a test)', ['key'])
const keysCount = gauge('keys_count', 'Keys (a test)', ['key'])
const entries = counter('stream_entries', 'Entries (a test)', ['key'])
const shared = new Set([keySize, keysCount, entries].map(({ name }) => name))

let clock: FakeClock
let store: SnapshotStore
let open: OpenTarget

beforeEach(() => {
  clock = fakeClock()
  store = createSnapshotStore(clock)
  open = heldTarget(store, target, maximumAge)
})

/** A store of several targets: that of the other tests and another one, which is given back. */
function severalWith(name: string): OpenTarget {
  store = createSnapshotStore(clock)
  open = heldTarget(store, target, maximumAge)
  return heldTarget(store, name, maximumAge)
}

const single = sample(keySize, 1, { key: 'single' })

async function poll(result = upResult({ name: 'single-keys', samples: [single] })) {
  open.publish(
    await renderSnapshot('redis', result, clock.monotonic(), maximumAge, {
      sharedFamilies: shared,
    }),
  )
}

async function walk(collector: string, ...samples: Parameters<typeof sample>[]) {
  open.publishSlow(collector, await resultOf(samples.map((one) => sample(...one))))
}

async function resultOf(
  samples: readonly ReturnType<typeof sample>[],
  run = 'first',
  role = '',
): Promise<SlowResult> {
  const encoder = createFamilyEncoder('redis')
  encoder.add(samples)
  return {
    families: await encoder.finish(),
    series: encoder.series(),
    origin: { run: runOf(run), role },
    takenAt: clock.monotonic(),
    maximumAgeMilliseconds: slowMaximumAge,
  }
}

const keyWalk = () => walk('keys', [keySize, 5, { key: 'a' }], [keySize, 7, { key: 'b' }])

const text = () => Buffer.concat(store.serve().bodies.map((body) => body.plain())).toString()

/** The part that is shared, which stands behind everything else. */
const ofKeys = () => withoutHelp(text()).split('redis_up 1\n')[1]

describe('what is served', () => {
  test('has each shared family once, with the series of the poll, then those of walks', async () => {
    await poll()
    await keyWalk()
    await walk('count-keys', [keysCount, 2, { key: '*' }])
    await walk('streams', [entries, 9, { key: 's' }], [keySize, 3, { key: 's' }])

    expect(ofKeys()).toBe(unindented`
      # TYPE redis_key_size gauge
      redis_key_size{key="single"} 1
      redis_key_size{key="a"} 5
      redis_key_size{key="b"} 7
      redis_key_size{key="s"} 3
      # TYPE redis_keys_count gauge
      redis_keys_count{key="*"} 2
      # TYPE redis_stream_entries counter
      redis_stream_entries{key="s"} 9
    `)
  })

  test('is a sound body, plain and zipped', async () => {
    await poll()
    await keyWalk()
    await walk('streams', [entries, 9, { key: 's' }], [keySize, 3, { key: 's' }])
    const prepared = prepareBody(store.serve().bodies)
    const end = Buffer.from('# the end\n')

    expect(checkExposition(text())).toEqual([])
    expect(gunzipSync(Buffer.concat([...prepared.gzip, endOfGzip(prepared, end)])).toString()).toBe(
      `${text()}# the end\n`,
    )
  })

  test('has the series of the poll alone before the first walk', async () => {
    await poll()

    expect(ofKeys()).toBe('# TYPE redis_key_size gauge\nredis_key_size{key="single"} 1\n')
  })

  test('has those of a walk alone when the poll has none', async () => {
    await poll(upResult())
    await walk('keys', [keySize, 5, { key: 'a' }])

    expect(ofKeys()).toBe('# TYPE redis_key_size gauge\nredis_key_size{key="a"} 5\n')
  })

  test('has nothing of a family without any series', async () => {
    await poll(upResult())
    await walk('keys')

    expect(ofKeys()).toBe('')
  })

  test('has of each collector the last walk alone', async () => {
    await poll(upResult())
    await keyWalk()
    await walk('keys', [keySize, 6, { key: 'c' }])

    expect(ofKeys()).toBe('# TYPE redis_key_size gauge\nredis_key_size{key="c"} 6\n')
  })

  test('keeps the walk while polls go on', async () => {
    await keyWalk()
    for (let polls = 0; polls < 3; polls++) {
      await poll()
      clock.advance(15_000)
    }

    expect(text()).toContain('redis_key_size{key="a"} 5\n')
  })

  test('is made of the bytes that were encoded before', async () => {
    const result = await resultOf([sample(keySize, 5, { key: 'a' })])
    await poll(upResult())
    open.publishSlow('keys', result)

    const lines = result.families.get('key_size')
    expect(store.serve().bodies.slice(1)).toEqual([lines?.header, ...(lines?.bodies ?? [])])
    expect(store.serve().bodies.at(-1)).toBe(lines?.bodies[0])
  })

  test('has the header once over several targets', async () => {
    const other = severalWith('other')
    other.publish(
      await renderSnapshot('redis', upResult(), clock.monotonic(), maximumAge, {
        sharedFamilies: shared,
      }),
    )
    await poll()
    await keyWalk()
    other.publishSlow('keys', await resultOf([sample(keySize, 4, { key: 'o' })]))

    const all = await joinedText(store, clock)
    expect(all.match(/^# TYPE redis_key_size/gm)).toHaveLength(1)
    const keys = [...all.matchAll(/^redis_key_size\{.*key="(\w+)"/gm)].map(([, key]) => key)
    expect(keys).toEqual(['o', 'single', 'a', 'b'])
  })
})

describe('the result of a walk', () => {
  test('is served until it is just as old as it may be, and no longer', async () => {
    await keyWalk()
    clock.advance(slowMaximumAge)
    await poll()

    expect(text()).toContain('key="a"')
    clock.advance(1)
    expect(text()).not.toContain('key="a"')
    expect(text()).toContain('key="single"')
  })

  test('does not come back once it was too old', async () => {
    await keyWalk()
    clock.advance(slowMaximumAge + 1)
    await poll()
    await poll()

    expect(text()).not.toContain('key="a"')
  })

  test.each([-3_600_000, 3_600_000])(
    'is as old as it is, though the wall clock is set by %i ms',
    async (jump) => {
      await keyWalk()
      clock.advance(slowMaximumAge)
      clock.setWall(clock.wall() + jump)
      await poll()

      expect(text()).toContain('key="a"')
      clock.advance(1)
      expect(text()).not.toContain('key="a"')
    },
  )

  test('is not served before the first poll', async () => {
    await keyWalk()

    expect(store.serve().bodies).toEqual([])
  })

  test('vanishes with a poll that fails, and comes back with the next good one', async () => {
    await poll()
    await keyWalk()
    await poll(downResult())
    expect(text()).not.toContain('redis_key_size')

    await poll()
    expect(text()).toContain('key="a"')
    expect(text()).toContain('key="single"')
  })

  test('vanishes when the snapshot is too old, and comes back with the next poll', async () => {
    await poll()
    await keyWalk()
    clock.advance(maximumAge + 1)
    expect(text()).toContain('redis_up 0')
    expect(text()).not.toContain('redis_key_size')

    await poll()
    expect(text()).toContain('key="a"')
  })

  test('has grown too old while the target was down: it does not come back', async () => {
    await poll()
    await keyWalk()
    await poll(downResult())
    clock.advance(slowMaximumAge + 1)
    await poll()

    expect(text()).not.toContain('key="a"')
  })

  test('of a target that is down costs another target nothing', async () => {
    const other = severalWith('other')
    await poll()
    await keyWalk()
    other.publish(await renderSnapshot('redis', downResult(), clock.monotonic(), maximumAge))

    expect(await joinedText(store, clock)).toContain('key="a"')
  })
})

describe('the object that is served', () => {
  test('stays the same until the moment at which something is too old', async () => {
    await keyWalk()
    clock.advance(slowMaximumAge - 1_000)
    await poll()
    const first = store.serve()
    clock.advance(1_000)
    expect(store.serve()).toBe(first)

    clock.advance(1)
    const second = store.serve()
    expect(second).not.toBe(first)
    expect(second.revision).not.toBe(first.revision)
    clock.advance(maximumAge - 1_001)
    expect(store.serve()).toBe(second)

    clock.advance(1)
    expect(store.serve().revision).not.toBe(second.revision)
  })

  test('is another with another revision for each walk', async () => {
    await poll()
    const before = store.serve()
    await keyWalk()

    expect(store.serve()).not.toBe(before)
    expect(store.serve().revision).not.toBe(before.revision)
  })
})

describe('the walk of another run of the server', () => {
  const other = async () => open.publishSlow('keys', await resultOf(ofA, 'second'))
  const ofA = [sample(keySize, 6, { key: 'a' })]
  const upAs = (run: string, role = 'master') => ({ ...upResult(), run: runOf(run), role })

  test('goes with the very snapshot that tells of that run, and does not come back', async () => {
    await poll()
    await keyWalk()
    expect(text()).toContain('redis_key_size{key="a"} 5\n')

    await poll(upAs('second'))
    expect(text()).not.toContain('key="a"')
    await poll(upAs('first'))
    expect(text()).not.toContain('key="a"')
  })

  test('that is newer waits for the poll that meets it', async () => {
    await poll()
    await other()
    expect(text()).not.toContain('key="a"')

    await poll(upAs('second'))
    expect(text()).toContain('redis_key_size{key="a"} 6\n')
  })

  test('that comes too late is never served', async () => {
    await poll(upAs('third'))
    await other()
    expect(text()).not.toContain('key="a"')
    await poll(upAs('third'))
    await poll(upAs('second'))

    expect(text()).not.toContain('key="a"')
  })

  test('stays while the target is down, and is served when that run is up again', async () => {
    await poll()
    await keyWalk()
    await poll(downResult())
    expect(text()).not.toContain('key="a"')
    await poll()

    expect(text()).toContain('redis_key_size{key="a"} 5\n')
  })

  test('is that of another role where all series tell the role', async () => {
    const publish = async (role: string) =>
      open.publish(
        await renderSnapshot('redis', upAs('first', role), clock.monotonic(), maximumAge, {
          showRole: true,
        }),
      )
    await publish('slave')
    open.publishSlow('keys', await resultOf(ofA, 'first', 'slave'))
    expect(text()).toContain('key="a"')

    await publish('master')
    expect(text()).not.toContain('key="a"')
  })
})
