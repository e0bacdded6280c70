import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { endOfGzip, prepareBody } from '../../src/metrics/encoded-body.ts'
import { sample } from '../../src/metrics/metric.ts'
import { renderSnapshot } from '../../src/poller/snapshot.ts'
import { checkExposition } from '../support/exposition.ts'
import { heldTarget } from '../support/held-target.ts'
import { joinedText } from '../support/joined-text.ts'
import { upResult } from '../support/poll-results.ts'
import {
  entries,
  keySize,
  keysCount,
  maximumAge,
  shared,
  slowMaximumAge,
  slowStore,
} from '../support/slow-store.ts'
import { unindented } from '../support/unindented.ts'

describe('what is served', () => {
  test('has each shared family once, with the series of the poll, then those of walks', async () => {
    const { poll, walk, keyWalk, ofKeys } = slowStore()
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
    const { store, poll, walk, keyWalk, text } = slowStore()
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
    const { poll, ofKeys } = slowStore()
    await poll()

    expect(ofKeys()).toBe('# TYPE redis_key_size gauge\nredis_key_size{key="single"} 1\n')
  })

  test('has those of a walk alone when the poll has none', async () => {
    const { poll, walk, ofKeys } = slowStore()
    await poll(upResult())
    await walk('keys', [keySize, 5, { key: 'a' }])

    expect(ofKeys()).toBe('# TYPE redis_key_size gauge\nredis_key_size{key="a"} 5\n')
  })

  test('has nothing of a family without any series', async () => {
    const { poll, walk, ofKeys } = slowStore()
    await poll(upResult())
    await walk('keys')

    expect(ofKeys()).toBe('')
  })

  test('has of each collector the last walk alone', async () => {
    const { poll, walk, keyWalk, ofKeys } = slowStore()
    await poll(upResult())
    await keyWalk()
    await walk('keys', [keySize, 6, { key: 'c' }])

    expect(ofKeys()).toBe('# TYPE redis_key_size gauge\nredis_key_size{key="c"} 6\n')
  })

  test('keeps the walk while polls go on', async () => {
    const { clock, poll, keyWalk, text } = slowStore()
    await keyWalk()
    for (let polls = 0; polls < 3; polls++) {
      await poll()
      clock.advance(15_000)
    }

    expect(text()).toContain('redis_key_size{key="a"} 5\n')
  })

  test('is made of the bytes that were encoded before', async () => {
    const { store, open, poll, resultOf } = slowStore()
    const result = await resultOf([sample(keySize, 5, { key: 'a' })])
    await poll(upResult())
    open.publishSlow('keys', result)

    const lines = result.families.get('key_size')
    expect(store.serve().bodies.slice(1)).toEqual([lines?.header, ...(lines?.bodies ?? [])])
    expect(store.serve().bodies.at(-1)).toBe(lines?.bodies[0])
  })

  test('is what is left when some of it is withdrawn, at once', async () => {
    const { open, poll, keyWalk, walk, ofKeys } = slowStore()
    await poll()
    await keyWalk()
    await walk('counts', [keysCount, 2, { key: '*' }])
    ofKeys()
    open.withdrawSlow(['keys', 'streams'])

    expect(ofKeys()).toBe(
      '# TYPE redis_key_size gauge\nredis_key_size{key="single"} 1\n# TYPE redis_keys_count gauge\nredis_keys_count{key="*"} 2\n',
    )
  })

  test('has the header once over several targets', async () => {
    const { clock, store, poll, keyWalk, resultOf } = slowStore()
    const other = heldTarget(store, 'other', maximumAge)
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

describe('the object that is served', () => {
  test('stays the same until the moment at which something is too old', async () => {
    const { clock, store, poll, keyWalk } = slowStore()
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
    const { store, poll, keyWalk } = slowStore()
    await poll()
    const before = store.serve()
    await keyWalk()

    expect(store.serve()).not.toBe(before)
    expect(store.serve().revision).not.toBe(before.revision)
  })
})
