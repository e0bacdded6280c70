import { describe, expect, test } from 'vitest'
import type { KeyVisitor } from '../../src/collectors/keys/key-collector.ts'
import { sample } from '../../src/metrics/metric.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { fakeKeyspace, seeingCollector, seenKey } from '../support/fake-keyspace.ts'
import { lost, someKeys, walkOf } from '../support/walk-of-some-keys.ts'

const wish = { 0: { patterns: ['*'] } }
const complete = ['a1', 'a2', 'b1', 'b2', 'a3'].map((key) => `one: db0 ${key}`)

/** Tells in which order keys are shown and taken in. */
function tellingVisitor(events: string[], overlaps: boolean): Partial<KeyVisitor> {
  return {
    overlaps,
    async visit(database, keys, read) {
      events.push(`shown ${keys.join(' ')}`)
      await read(keys.map((key) => ['TYPE', key]))
      return () => {
        events.push(`taken in ${keys.join(' ')}`)
        return keys.map((key) => sample(seenKey, 1, { db: `db${database}`, key }))
      }
    },
  }
}

describe('ahead, who allows it', () => {
  test('is shown further keys before it has taken in the last, which it does in their order', async () => {
    const events: string[] = []
    const one = seeingCollector('one', wish, tellingVisitor(events, true))
    const { walk, given } = walkOf([one], 2, 4, true)
    await walk.run(fakeKeyspace(someKeys).exchange)

    expect(events).toEqual([
      ...['shown a1 a2', 'shown b1 b2', 'taken in a1 a2', 'shown a3'],
      ...['taken in b1 b2', 'taken in a3'],
    ])
    expect(given).toEqual(complete)
    expect(walk.keys()).toBe(5)
  })

  test('waits for others that do not', async () => {
    const events: string[] = []
    const one = seeingCollector('one', wish, tellingVisitor(events, true))
    const { walk } = walkOf([one, seeingCollector('other', wish)], 3, 4, true)
    await walk.run(fakeKeyspace(someKeys).exchange)

    expect(events).toEqual([
      ...['shown a1 a2 b1', 'taken in a1 a2 b1', 'shown b2 a3', 'taken in b2 a3'],
    ])
  })

  test.each([2, 3, 4, 5, 6, 7])(
    'is shown again what was not taken in, where the connection is lost at trip %d',
    async (trip) => {
      const server = fakeKeyspace(someKeys)
      const one = seeingCollector('one', wish, { overlaps: true })
      const { walk, given } = walkOf([one], 2, 4, true)
      server.loseAt(trip, lost)

      await expect(walk.run(server.exchange)).rejects.toBe(lost)
      await walk.run(server.exchange)
      expect(given).toEqual(complete)
      expect(walk.keys()).toBe(5)
    },
  )

  test('and fails leaves the walk at once', async () => {
    const events: string[] = []
    const telling = tellingVisitor(events, true)
    const failing = seeingCollector('failing', wish, {
      ...telling,
      visit: async () => () => {
        events.push('fails')
        throw new Error('a mistake')
      },
    })
    const { walk, given } = walkOf(
      [failing, seeingCollector('one', wish, { overlaps: true })],
      2,
      4,
      true,
    )
    await walk.run(fakeKeyspace(someKeys).exchange)

    expect(events).toEqual(['fails'])
    expect(given).toEqual(complete)
  })
})

test('with a limit nobody is shown further keys before it has taken in the last', async () => {
  const events: string[] = []
  const one = seeingCollector('one', wish, tellingVisitor(events, true))
  const { walk } = walkOf([one], 3)
  await walk.run(fakeKeyspace(someKeys).exchange)

  expect(events).toEqual([
    ...['shown a1 a2 b1', 'taken in a1 a2 b1', 'shown b2 a3', 'taken in b2 a3'],
  ])
})

test('time in which two batches are under way counts once', async () => {
  const server = fakeKeyspace(someKeys)
  const clock = fakeClock()
  const one = seeingCollector('one', wish, { overlaps: true })
  const { walk, visitors } = walkOf([one], 2, 1, true, {}, clock)
  await walk.run(async (commands) => {
    const replies = await server.exchange(commands)
    if (commands[0]?.[0] === 'TYPE') clock.advance(100)
    return replies
  })

  expect(visitors.results().get('one')?.seconds).toBeCloseTo(0.3)
})
