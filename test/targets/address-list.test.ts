import { describe, expect, test } from 'vitest'
import { formatEndpoint, parseAddress } from '../../src/targets/address.ts'
import { addressClash, parseAddresses, withoutRepeated } from '../../src/targets/address-list.ts'

/** The addresses of a text, with their passwords in clear; undefined where it holds none. */
function partsOf(text: string) {
  return parseAddresses(text)?.map(({ endpoint, credentials: { user, password } }) =>
    [formatEndpoint(endpoint), user, password?.reveal()].filter((part) => part !== undefined),
  )
}

describe('several addresses', () => {
  test.each<[text: string, expected: string[][]]>([
    ['a,b', [['redis://a:6379'], ['redis://b:6379']]],
    ['a:1, b:2 ,c:3', [['redis://a:1'], ['redis://b:2'], ['redis://c:3']]],
    ['redis://a:6379,rediss://b:6379', [['redis://a:6379'], ['rediss://b:6379']]],
    ['redis://a,\n  redis://b', [['redis://a:6379'], ['redis://b:6379']]],
    ['[::1]:7000,[::1]:7001', [['redis://[::1]:7000'], ['redis://[::1]:7001']]],
    ['unix:///a.sock,unix:///b.sock', [['unix:///a.sock'], ['unix:///b.sock']]],
    ['unix:///a.sock,redis://b', [['unix:///a.sock'], ['redis://b:6379']]],
  ])('%j stand with commas between them', (text, expected) => {
    expect(partsOf(text)).toEqual(expected)
  })

  test.each<[text: string, expected: string[][]]>([
    ['redis://:one@a,redis://b', [['redis://a:6379', 'one'], ['redis://b:6379']]],
    ['a,redis://u:two@b', [['redis://a:6379'], ['redis://b:6379', 'u', 'two']]],
    [
      'redis://:p@ss@a,redis://:p#w@b',
      [
        ['redis://a:6379', 'p@ss'],
        ['redis://b:6379', 'p#w'],
      ],
    ],
    ['redis://:one%2Ctwo@a,b', [['redis://a:6379', 'one,two'], ['redis://b:6379']]],
    [':one@a,b', [['redis://a:6379', 'one'], ['redis://b:6379']]],
  ])('%j have their passwords each for itself', (text, expected) => {
    expect(partsOf(text)).toEqual(expected)
  })

  // Else a part of a password would be looked up as the name of a server.
  test.each([
    'redis://:one,two@a,b',
    'redis://user:12,34@a,redis://b',
    'redis://a,:secret@b,c',
    'unix:///run/a,b,redis://c',
  ])('%j are none, since it is not clear where they begin', (text) => {
    expect(partsOf(text)).toBeUndefined()
  })
})

describe('one address stays one, whatever its password or path holds', () => {
  test.each([
    'redis://:one,two@a',
    'redis://a:6379,user:secret@b:6379',
    ':,,@a',
    'a,b@c',
    'unix:///run/a,b.sock',
    'redis://u:,@a/3',
  ])('%j', (text) => {
    expect(parseAddresses(text)).toEqual([parseAddress(text)].map(asGiven))
  })

  // Secrets are functions, equal only to themselves.
  function asGiven(address: ReturnType<typeof parseAddress>) {
    if (!address) throw new Error('it is one')
    return expect.objectContaining({ endpoint: address.endpoint, database: address.database })
  }
})

describe('an address that is given twice', () => {
  const all = (...texts: string[]) => texts.flatMap((text) => parseAddresses(text) ?? [])

  test.each([[['a', 'redis://a:6379']], [['redis://:one@a', 'redis://:one@a']], [['a,b,a']]])(
    'is one, as %j',
    (texts) => {
      expect(addressClash(all(...texts))).toBeUndefined()
      expect(new Set(withoutRepeated(all(...texts)).map(({ endpoint }) => endpoint)).size).toBe(
        new Set(texts.join().match(/[ab](?=,|:|$)/g)).size,
      )
    },
  )

  test.each([
    ['A', 'a'],
    ['[0:0::1]:7', 'redis://[::1]:7'],
  ])('is one in another spelling, as the first is written: %s, %s', (...texts) => {
    expect(addressClash(all(...texts))).toBeUndefined()
    expect(withoutRepeated(all(...texts))).toEqual(all(texts[0]))
  })

  test.each([
    [['a', 'redis://:one@a']],
    [['redis://:one@a', 'redis://:two@a']],
    [['redis://a/1', 'redis://a/2']],
    [['redis://a/1,redis://u:p@a/1']],
  ])('with something else is a mistake, as %j', (texts) => {
    expect(addressClash(all(...texts))).toBe(
      'redis://a:6379 is given twice, with different databases, users or passwords; give it once',
    )
  })
})
