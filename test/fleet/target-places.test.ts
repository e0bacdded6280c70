import { describe, expect, test } from 'vitest'
import { isLoopback, placeKey, targetPlaces } from '../../src/fleet/target-places.ts'
import { parseAddressMap } from '../../src/targets/address-map.ts'

const placesOf = (...given: Parameters<typeof targetPlaces>) => {
  const { own, all } = targetPlaces(...given)
  return { own, all: [...all] }
}

describe('a target may be said to be', () => {
  test('at its address, whether that speaks TLS or not, and where its name leads to', () => {
    expect(placesOf('rediss://Cache:6380', '::ffff:10.0.0.1')).toEqual({
      own: 'redis://cache:6380',
      all: ['redis://cache:6380', 'redis://10.0.0.1:6380'],
    })
  })

  test('at what it announces by the map, where no other pair says otherwise', () => {
    const map = parseAddressMap('10.0.0.1:6379=nat:7001,10.0.0.2=nat,10.0.0.3=nat:7001,10.0.0.4=b')

    expect(placesOf('redis://nat:7001', undefined, map).all).toEqual([
      'redis://nat:7001',
      'redis://10.0.0.1:6379',
      'redis://10.0.0.2:7001',
      'redis://10.0.0.3:7001',
    ])
    expect(
      placesOf('redis://x:7001', '10.9.9.9', parseAddressMap('10.0.0.1=10.9.9.9')).all,
    ).toContain('redis://10.0.0.1:7001')
  })

  test('nowhere where it is reached by a path', () => {
    expect(placesOf('unix:///run/redis.sock')).toEqual({ own: undefined, all: [] })
  })
})

test('a place has one spelling', () => {
  expect(placeKey('::FFFF:10.0.0.1', 6379)).toBe(placeKey('10.0.0.1', 6379))
  expect(placeKey('FE80::1', 6379)).toBe('redis://[fe80::1]:6379')
})

test.each([
  ['127.0.0.1', true],
  ['127.9.9.9', true],
  ['::1', true],
  ['localhost', true],
  ['10.127.0.1', false],
  ['127.example.org', false],
  ['localhost.example.org', false],
])('%s is a loopback address: %s', (host, is) => {
  expect(isLoopback(host)).toBe(is)
})
