import fc from 'fast-check'
import { expect, test } from 'vitest'
import { followTrail, trailBegin } from '../../src/walk/scan-trail.ts'

/** After how many cursors the trail is given up; undefined when it follows all of them. */
function givenUpAt(cursors: readonly string[]): number | undefined {
  let trail = trailBegin
  for (const [index, cursor] of cursors.entries()) {
    try {
      trail = followTrail(trail, { cursor, found: 1, most: 10 }, 100)
    } catch (failure) {
      expect(failure).toMatchObject({ reason: 'protocol' })
      return index + 1
    }
  }
  return undefined
}

test('cursors that are all different are followed, whatever their order', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.bigInt({ min: 1n, max: 2n ** 64n - 1n })), (cursors) => {
      expect(givenUpAt([...cursors.map(String), '0'])).toBeUndefined()
    }),
  )
})

test('cursors that come again are given up within a few rounds, wherever the round begins', () => {
  fc.assert(
    fc.property(fc.nat(50), fc.integer({ min: 1, max: 50 }), (before, round) => {
      const cursorAt = (step: number) =>
        step < before ? step + 1 : before + 1 + ((step - before) % round)
      const cursors = Array.from({ length: 1000 }, (_, step) => String(cursorAt(step)))

      expect(givenUpAt(cursors)).toBeLessThanOrEqual(3 * (before + round) + 1)
    }),
  )
})

test('a trail that is taken up again from an earlier place is followed', () => {
  const step = (trail: typeof trailBegin, cursor: string) =>
    followTrail(trail, { cursor, found: 0, most: 10 }, 100)
  const earlier = step(step(trailBegin, '1'), '2')
  step(step(earlier, '3'), '4')

  expect(step(step(earlier, '3'), '4')).toMatchObject({ cursor: '4', steps: 4 })
})

test('a large table with few keys is walked through', () => {
  let trail = trailBegin
  for (let step = 1; step <= 100_000; step++)
    trail = followTrail(trail, { cursor: `${step}`, found: 0, most: 1000 }, 10)

  expect(trail.emptySteps).toBe(100_000)
})
