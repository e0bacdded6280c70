import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createAllowList } from '../../src/targets/allow-list.ts'
import { parseAllowRules } from '../../src/targets/allow-rule.ts'

const list = (rules: string) => createAllowList(parseAllowRules(rules) ?? [])

const door = { port: 6379, tls: false }

const isAllowed = (rules: string, host: string, how: Partial<typeof door> = {}) =>
  list(rules).ruleFor({ kind: 'tcp', host, ...door, ...how }) !== undefined

describe('a name', () => {
  test.each([
    ['redis.example.com', 'redis.example.com'],
    ['redis.example.com', 'Redis.Example.COM'],
    ['*.example.com', 'a.example.com'],
    ['redis-*.example.com', 'redis-.example.com'],
    ['*-*.example.com', 'a-b-c.example.com'],
    ['**.example.com', 'a.b.example.com'],
    ['**', 'anything.at.all'],
    ['*', 'redis'],
  ])('%s allows %s', (rule, host) => {
    expect(isAllowed(rule, host)).toBe(true)
  })

  test.each([
    ['redis.example.com', 'redis.example.com.'],
    ['redis.example.com', 'xredis.example.com'],
    ['redis.example.com', 'redisxexample.com'],
    ['redis.example.com', 'redis.example.com.evil.test'],
    ['*.example.com', 'a.b.example.com'],
    ['*.example.com', 'example.com'],
    ['redis-*', 'redis-1.evil.test'],
    ['*', 'evil.test'],
    ['**', '10.0.0.1'],
    ['**', '::1'],
    ['10.0.0.0/8', 'ten.example.com'],
    ['', 'redis'],
  ])('%s does not allow %s', (rule, host) => {
    expect(isAllowed(rule, host)).toBe(false)
  })

  test('is held against a pattern of many stars in no time', () => {
    expect(isAllowed(`${'**a'.repeat(80)}b`, 'a'.repeat(250))).toBe(false)
  })
})

describe('an address', () => {
  test.each([
    ['10.0.0.0/8', '10.255.0.1'],
    ['10.0.0.7', '10.0.0.7'],
    ['[2001:db8::]/32', '2001:db8::7'],
    ['0.0.0.0/0', '192.168.1.1'],
    ['[::]/0', '2001:db8::1'],
    ['[fd00::]/8', 'fd12::1'],
  ])('is allowed by %s: %s', (rule, host) => {
    expect(isAllowed(rule, host)).toBe(true)
  })

  test.each([
    ['10.0.0.0/8', '11.0.0.1'],
    ['10.0.0.7', '10.0.0.8'],
    ['0.0.0.0/0', '2001:db8::1'],
    ['[::]/0', '10.0.0.1'],
    ['10.0.0.0/8', '::ffff:10.0.0.1'],
    ['[::]/0', '::ffff:10.0.0.1'],
  ])('is not allowed by %s: %s', (rule, host) => {
    expect(isAllowed(rule, host)).toBe(false)
  })
})

test.each([
  ['a:6379', 6379, true],
  ['a:6379', 6380, false],
  ['a:7000-7002', 7000, true],
  ['a:7000-7002', 7002, true],
  ['a:7000-7002', 7003, false],
  ['a', 1, true],
])('of %s the port %i is allowed: %s', (rule, port, expected) => {
  expect(isAllowed(rule, 'a', { port })).toBe(expected)
})

test.each([
  ['rediss://a', true, true],
  ['rediss://a', false, false],
  ['redis://a', true, false],
  ['a', true, true],
])('of %s TLS being %s is allowed: %s', (rule, tls, expected) => {
  expect(isAllowed(rule, 'a', { tls })).toBe(expected)
})

test('what is listed for TLS alone is special without', () => {
  expect(list('rediss://127.0.0.1').mayLeadTo('127.0.0.1', { ...door, tls: true })).toBe(true)
  expect(list('rediss://127.0.0.1').mayLeadTo('127.0.0.1', door)).toBe(false)
})

test('the first rule that allows it says as whom to log in', () => {
  const rules = list('a:1=one@/one,a:1-9=two@/two')
  const loginOf = (port: number) => rules.ruleFor({ kind: 'tcp', host: 'a', port, tls: false })

  expect(loginOf(1)?.login).toEqual({ user: 'one', passwordFile: '/one' })
  expect(loginOf(2)?.login).toEqual({ user: 'two', passwordFile: '/two' })
})

const everything = '**,0.0.0.0/0,[::]/0'

/** Addresses that nobody means who allows a large network, each with a rule that lists it. */
const special = [
  ['127.0.0.1', '127.0.0.0/8'],
  ['127.255.0.1', '127.255.0.1'],
  ['0.0.0.0', '0.0.0.0'],
  ['0.1.2.3', '0.0.0.0/8'],
  ['169.254.169.254', '169.254.169.254'],
  ['169.254.1.1', '169.254.0.0/16'],
  ['100.100.100.200', '100.100.100.200'],
  ['192.0.0.192', '192.0.0.192'],
  ['168.63.129.16', '168.63.129.16'],
  ['224.0.0.1', '224.0.0.0/4'],
  ['255.255.255.255', '255.255.255.255'],
  ['::', '[::]'],
  ['::1', '[::1]'],
  ['::7f00:1', '[::7f00:1]'],
  ['fe80::1', '[fe80::]/64'],
  ['fec0::1', '[fec0::]/10'],
  ['ff02::1', '[ff02::1]'],
  ['fd00:ec2::254', '[fd00:ec2::254]'],
  ['fd20:ce::254', '[fd20:ce::254]'],
  ['fd00:c1::a9fe:a9fe', '[fd00:c1::a9fe:a9fe]'],
  ['fd00:42::42', '[fd00:42::42]'],
  ['fd00:a9fe:a9fe::1', '[fd00:a9fe:a9fe::1]'],
  ['fd00:100::100:200', '[fd00:100::100:200]'],
  ['2002:7f00:1::', '[2002:7f00:1::]/48'],
  ['2001::1', '[2001::]/32'],
  ['::ffff:10.0.0.1', '[::ffff:10.0.0.0]/104'],
  ['::ffff:127.0.0.1', '[::ffff:127.0.0.1]'],
  ['::ffff:a9fe:a9fe', '[::ffff:169.254.169.254]'],
  ['::ffff:0:127.0.0.1', '[::ffff:0:127.0.0.1]'],
  ['64:ff9b::10.0.0.1', '[64:ff9b::]/96'],
  ['64:ff9b::7f00:1', '[64:ff9b::127.0.0.0]/104'],
  ['64:ff9b:1::a9fe:a9fe', '[64:ff9b:1::169.254.169.254]'],
] as const

describe.each(special)('%s', (address, rule) => {
  test('is not allowed by what allows everything', () => {
    expect(list(everything).mayLeadTo(address, door)).toBe(false)
    expect(isAllowed(everything, address)).toBe(false)
  })

  test(`is allowed by ${rule}, which lists it`, () => {
    expect(list(`${everything},${rule}`).mayLeadTo(address, door)).toBe(true)
    expect(isAllowed(rule, address)).toBe(true)
  })

  test('is not allowed by a rule that lists it for another port', () => {
    expect(list(`${everything},${rule}:7000`).mayLeadTo(address, door)).toBe(false)
  })
})

test.each([
  ['::ffff:127.0.0.1', '[::ffff:0:0]/96'],
  ['64:ff9b::127.0.0.1', '[64:ff9b::]/96'],
  ['64:ff9b:1::169.254.169.254', '[64:ff9b:1::]/48'],
  ['::ffff:127.0.0.1', '127.0.0.0/8'],
  ['100.100.100.200', '100.100.100.0/24'],
  ['fd00:ec2::254', '[fd00::]/8'],
  ['fd20:ce::254', '[fd20:ce::]/32'],
  ['fd00:c1::a9fe:a9fe', '[fd00::]/8'],
  ['fd00:42::42', '[fc00::]/7'],
])('%s is not listed by %s', (address, rule) => {
  expect(list(`${everything},${rule}`).mayLeadTo(address, door)).toBe(false)
})

test.each(['', 'a', 'fe80::1%eth0', '::1%lo', '10.0.0.1%1'])('%j is no address', (text) => {
  expect(list(`${everything},[fe80::]/10,[::1]`).mayLeadTo(text, door)).toBe(false)
})

test('an address with a zone is no name either', () => {
  expect(isAllowed('**', '::1%lo')).toBe(false)
})

test('a name may lead to any other address', () => {
  expect(list('a.example.com').mayLeadTo('10.0.0.1', door)).toBe(true)
  expect(list('a.example.com').mayLeadTo('2001:db8::1', door)).toBe(true)
})

/** The special addresses of IPv4 by their numbers, from the first to the last. */
const specialNumbers = [
  [0x00000000, 0x00ffffff],
  [0x7f000000, 0x7fffffff],
  [0xa9fe0000, 0xa9feffff],
  [0x646464c8, 0x646464c8],
  [0xc00000c0, 0xc00000c0],
  [0xa83f8110, 0xa83f8110],
  [0xe0000000, 0xffffffff],
] as const

test('what allows everything allows just the other addresses of IPv4, and none within IPv6', () => {
  const edges = specialNumbers.flatMap(([first, last]) => [first - 1, first, last, last + 1])
  const inRange = edges.filter((number) => number >= 0 && number <= 0xffffffff)
  const number = fc.oneof(fc.nat({ max: 0xffffffff }), fc.constantFrom(...inRange))
  const all = list(everything)
  fc.assert(
    fc.property(number, (value) => {
      const text = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join('.')
      const isSpecial = specialNumbers.some(([first, last]) => value >= first && value <= last)

      expect(all.mayLeadTo(text, door)).toBe(!isSpecial)
      for (const before of ['::ffff:', '::ffff:0:', '64:ff9b::', '64:ff9b:1::', '::'])
        expect(all.mayLeadTo(before + text, door)).toBe(false)
    }),
  )
})
