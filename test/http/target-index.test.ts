import { describe, expect, test } from 'vitest'
import { nearestName } from '../../src/config/nearest-name.ts'
import { createFindTarget } from '../../src/http/target-index.ts'
import { createAddressIndex } from '../../src/targets/address-index.ts'

/** What finds one of some targets, and how many names it compared the text with. */
function counting(names: readonly string[]) {
  const targets = names.map((name) => ({
    name,
    address: `redis://${name}:6379`,
    labels: {},
    maximumAgeMilliseconds: 1,
  }))
  const index = createAddressIndex(targets)
  let compared = 0
  const find = createFindTarget(
    () => index,
    (given, known) => {
      compared += known.length
      return nearestName(given, known)
    },
  )
  return { find, compared: () => compared }
}

const many = (length: number) =>
  Array.from({ length: 10_000 }, (_, n) => `${n}`.padStart(length, 'host-'))

describe('a text that is no target is compared', () => {
  test('with no name that is far shorter', () => {
    const { find, compared } = counting(many(40))

    expect(find('x'.repeat(300))).toEqual({ kind: 'unknown', similar: [] })
    expect(compared()).toBe(0)
  })

  test('with a bounded number of those of its length', () => {
    const { find, compared } = counting(many(200))
    const found = find('x'.repeat(200))

    expect(found.kind === 'unknown' && found.similar).toEqual([])
    expect(compared()).toBe(2_000)
  })

  test('with names that are longer by a word', () => {
    expect(counting(['sessions-eu', 'cart']).find('sessions')).toMatchObject({
      similar: ['sessions-eu'],
    })
  })
})
