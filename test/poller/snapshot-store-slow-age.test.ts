import { describe, expect, test } from 'vitest'
import { renderSnapshot } from '../../src/poller/snapshot.ts'
import { heldTarget } from '../support/held-target.ts'
import { joinedText } from '../support/joined-text.ts'
import { downResult } from '../support/poll-results.ts'
import { maximumAge, slowMaximumAge, slowStore } from '../support/slow-store.ts'

describe('the result of a walk', () => {
  test('is served until it is just as old as it may be, and no longer', async () => {
    const { clock, poll, keyWalk, text } = slowStore()
    await keyWalk()
    clock.advance(slowMaximumAge)
    await poll()

    expect(text()).toContain('key="a"')
    clock.advance(1)
    expect(text()).not.toContain('key="a"')
    expect(text()).toContain('key="single"')
  })

  test('does not come back once it was too old', async () => {
    const { clock, poll, keyWalk, text } = slowStore()
    await keyWalk()
    clock.advance(slowMaximumAge + 1)
    await poll()
    await poll()

    expect(text()).not.toContain('key="a"')
  })

  test.each([-3_600_000, 3_600_000])(
    'is as old as it is, though the wall clock is set by %i ms',
    async (jump) => {
      const { clock, poll, keyWalk, text } = slowStore()
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
    const { store, keyWalk } = slowStore()
    await keyWalk()

    expect(store.serve().bodies).toEqual([])
  })

  test('vanishes with a poll that fails, and comes back with the next good one', async () => {
    const { poll, keyWalk, text } = slowStore()
    await poll()
    await keyWalk()
    await poll(downResult())
    expect(text()).not.toContain('redis_key_size')

    await poll()
    expect(text()).toContain('key="a"')
    expect(text()).toContain('key="single"')
  })

  test('vanishes when the snapshot is too old, and comes back with the next poll', async () => {
    const { clock, poll, keyWalk, text } = slowStore()
    await poll()
    await keyWalk()
    clock.advance(maximumAge + 1)
    expect(text()).toContain('redis_up 0')
    expect(text()).not.toContain('redis_key_size')

    await poll()
    expect(text()).toContain('key="a"')
  })

  test('has grown too old while the target was down: it does not come back', async () => {
    const { clock, poll, keyWalk, text } = slowStore()
    await poll()
    await keyWalk()
    await poll(downResult())
    clock.advance(slowMaximumAge + 1)
    await poll()

    expect(text()).not.toContain('key="a"')
  })

  test('of a target that is down costs another target nothing', async () => {
    const { clock, store, poll, keyWalk } = slowStore()
    const other = heldTarget(store, 'other', maximumAge)
    await poll()
    await keyWalk()
    other.publish(await renderSnapshot('redis', downResult(), clock.monotonic(), maximumAge))

    expect(await joinedText(store, clock)).toContain('key="a"')
  })
})
