import { describe, expect, test } from 'vitest'
import {
  addressMapHint,
  announcedEndpoint,
  mapAddress,
  parseAddressMap,
} from '../../src/targets/address-map.ts'

describe('a map', () => {
  const map = parseAddressMap(
    '10.0.0.1:7000=example.com:17000, 10.0.0.1=other.example,node-2:7000=[2001:db8::2],[fd00::3]=h:9',
  )

  test.each([
    ['10.0.0.1', 7000, 'example.com', 17000],
    ['10.0.0.1', 7001, 'other.example', 7001],
    ['NODE-2', 7000, '2001:db8::2', 7000],
    ['node-2', 7001, 'node-2', 7001],
    ['fd00::3', 7, 'h', 9],
    ['10.0.0.2', 7000, '10.0.0.2', 7000],
  ])('leads from %s and %i to %s and %i', (host, port, reached, reachedPort) => {
    expect(mapAddress(map ?? [], host, port)).toEqual({ host: reached, port: reachedPort })
  })

  test('without a text holds nothing', () => {
    expect(parseAddressMap('')).toEqual([])
  })

  test.each([
    ...['a', 'a=', '=b', 'a=b=c', 'a=b,', ',', 'a:0=b', 'a:70000=b', 'a=user:secret@b'],
    ...['redis://a=b/', 'a=b/3', 'a=b?db=1', 'a=:7000', '2001:db8::1=b'],
  ])('is none in %j', (text) => {
    expect(parseAddressMap(text)).toBeUndefined()
  })
})

describe('what is wrong with a map is told without showing it', () => {
  test.each([
    ['redis://:hunter2@a=b', 'neither users nor passwords stand there'],
    ['redis://a=b', 'hosts and ports alone stand there'],
    ['a', 'one = stands between two places'],
    ['a=b=c', 'one = stands between two places'],
    ['a=2001:db8::1', 'an IPv6 address stands in brackets'],
    ['a:0=b', undefined],
    ['a=b,', 'of its pairs, number 2 is none: it is empty'],
    ['a=b,c:0=d', 'of its pairs, number 2 is none'],
  ])('%j', (text, hint) => {
    expect(addressMapHint(text)).toBe(hint)
  })
})

describe('what is announced', () => {
  test.each([
    ['10.0.0.1', 7000, true, '10.0.0.1'],
    ['2001:db8::1', 7000, false, '2001:db8::1'],
    ['a.example', 1, false, 'a.example'],
  ])('as %s and %i leads there', (host, port, tls, expected) => {
    expect(announcedEndpoint(host, port, tls)).toEqual({ kind: 'tcp', host: expected, port, tls })
  })

  test.each([
    ...['', 'a b', 'user@evil', 'a/b', 'a?b', 'a,b', '1.2.3', 'unix:///tmp/x', '-a', '::g'],
    ...['a'.repeat(300), 'evil\r\nx'],
  ])('as %j leads nowhere', (host) => {
    expect(announcedEndpoint(host, 7000, false)).toBeUndefined()
  })
})
