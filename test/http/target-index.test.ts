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

describe('a text that is an address', () => {
  const of = (targets: readonly { name: string; address: string }[]) => {
    const index = createAddressIndex(targets)
    const find = createFindTarget(() => index, nearestName)
    return (text: string) => {
      const found = find(text)
      return found.kind === 'found' ? found.target.address : found.kind
    }
  }

  test.each(['b:6379', 'redis://b:6379', 'B', 'valkey://b/1'])(
    'leads to the server at that address, whatever another one is called: %s',
    (text) => {
      const find = of([
        { name: text, address: 'redis://a:6379' },
        { name: 'redis://b:6379', address: 'redis://b:6379' },
      ])

      expect(find(text)).toBe('redis://b:6379')
    },
  )

  test('leads to the one that is called so where nobody has that address', () => {
    expect(of([{ name: 'b:6379', address: 'redis://a:6379' }])('b:6379')).toBe('redis://a:6379')
  })

  test('leads to the one that is spelled so of two with one address', () => {
    const both = ['redis://b:6379', 'redis://B:6379'].map((name) => ({ name, address: name }))

    for (const find of [of(both), of([...both].reverse())])
      expect(['redis://b:6379', 'redis://B:6379'].map(find)).toEqual([
        'redis://b:6379',
        'redis://B:6379',
      ])
  })

  test('with a user leads nowhere but to the one that is called so', () => {
    const find = of([
      { name: 'x@b:6379', address: 'redis://a:6379' },
      { name: 'b', address: 'redis://b:6379' },
    ])

    expect([find('x@b:6379'), find('y@b:6379')]).toEqual(['redis://a:6379', 'with user'])
  })
})
