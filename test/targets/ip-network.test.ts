import { BlockList, isIPv4 } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isIn, isWithin, parseIp, parseNetwork } from '../../src/targets/ip-network.ts'

test.each([
  ['0.0.0.0', 4, 0n],
  ['255.255.255.255', 4, 0xffffffffn],
  ['10.1.2.3', 4, 0x0a010203n],
  ['::', 6, 0n],
  ['::1', 6, 1n],
  ['1::', 6, 1n << 112n],
  ['0:0:0:0:0:0:0:1', 6, 1n],
  ['1:2:3:4:5:6:7:8', 6, 0x00010002000300040005000600070008n],
  ['::ffff:127.0.0.1', 6, 0xffff7f000001n],
  ['FE80::aB', 6, (0xfe80n << 112n) + 0xabn],
])('%s is read', (text, family, value) => {
  expect(parseIp(text)).toEqual({ family, value })
})

test.each([
  '',
  'a',
  '1.2.3',
  '127.1',
  '010.0.0.1',
  ':::',
  'fe80::1%eth0',
  '[::1]',
  '1:2:3:4:5:6:7',
])('%j is no address', (text) => {
  expect(parseIp(text)).toBeUndefined()
})

describe('a network', () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6())

  test('has the addresses that Node finds in it', () => {
    fc.assert(
      fc.property(address, address, fc.nat({ max: 128 }), (base, other, bits) => {
        const family = isIPv4(base) ? 'ipv4' : 'ipv6'
        fc.pre(isIPv4(other) === isIPv4(base))
        const prefix = isIPv4(base) ? bits % 33 : bits
        const list = new BlockList()
        list.addSubnet(base, prefix, family)
        const network = parseNetwork(`${base}/${prefix}`)
        const ip = parseIp(other)

        expect(ip && network && isIn(ip, network)).toBe(list.check(other, family))
      }),
    )
  })

  test.each([
    ['10.1.0.0/16', '10.0.0.0/8', true],
    ['10.0.0.0/8', '10.0.0.0/8', true],
    ['10.0.0.0/8', '10.1.0.0/16', false],
    ['11.0.0.0/16', '10.0.0.0/8', false],
    ['::ffff:10.0.0.0/104', '10.0.0.0/8', false],
    ['10.0.0.0/8', '::/0', false],
  ])('%s lies within %s: %s', (inner, outer, expected) => {
    const [one, other] = [parseNetwork(inner), parseNetwork(outer)]

    expect(one && other && isWithin(one, other)).toBe(expected)
  })
})
