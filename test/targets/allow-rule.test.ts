import { describe, expect, test } from 'vitest'
import { allowRulesHint, parseAllowRules } from '../../src/targets/allow-rule.ts'
import type { IpAddress } from '../../src/targets/ip-network.ts'

/** An address as a text that says its number. */
function shown(base: IpAddress | undefined): string {
  return base?.family === 4
    ? [24n, 16n, 8n, 0n].map((shift) => (base.value >> shift) & 255n).join('.')
    : `0x${base?.value.toString(16)}`
}

const readable = (text: string) =>
  parseAllowRules(text)?.map(({ names, network, ports, tls, login }) => ({
    place: names ?? `${shown(network?.base)}/${network?.prefix}`,
    ports: `${ports.first}-${ports.last}`,
    ...(tls === undefined ? {} : { tls }),
    ...(login ? { login } : {}),
  }))

describe('a rule', () => {
  test.each([
    ['redis.example.com', { place: 'redis.example.com', ports: '1-65535' }],
    ['Redis-*.Example.com:6379', { place: 'redis-*.example.com', ports: '6379-6379' }],
    ['**.example.com:7000-7005', { place: '**.example.com', ports: '7000-7005' }],
    ['*', { place: '*', ports: '1-65535' }],
    ['redis_1.', { place: 'redis_1.', ports: '1-65535' }],
    ['10.0.0.7', { place: '10.0.0.7/32', ports: '1-65535' }],
    ['10.0.0.0/8:6379', { place: '10.0.0.0/8', ports: '6379-6379' }],
    ['[::1]:6379', { place: '0x1/128', ports: '6379-6379' }],
    ['[2001:db8::/32]:6379', { place: `0x20010db8${'0'.repeat(24)}/32`, ports: '6379-6379' }],
    ['rediss://a:1', { place: 'a', ports: '1-1', tls: true }],
    ['Redis://[::1]', { place: '0x1/128', ports: '1-65535', tls: false }],
    ['valkeys://10.0.0.0/8', { place: '10.0.0.0/8', ports: '1-65535', tls: true }],
    ['[2001:db8::]/32', { place: `0x20010db8${'0'.repeat(24)}/32`, ports: '1-65535' }],
    [
      'redis-*:6379=exporter@/run/secrets/a',
      {
        place: 'redis-*',
        ports: '6379-6379',
        login: { user: 'exporter', passwordFile: '/run/secrets/a' },
      },
    ],
    [
      '10.0.0.0/8:1-9=/run/secrets/a',
      {
        place: '10.0.0.0/8',
        ports: '1-9',
        login: { user: undefined, passwordFile: '/run/secrets/a' },
      },
    ],
  ])('is read: %s', (text, expected) => {
    expect(readable(text)).toEqual([expected])
  })

  test('may stand beside others', () => {
    expect(readable('a, 10.0.0.0/8 ,b:1')?.map(({ place }) => place)).toEqual([
      'a',
      '10.0.0.0/8',
      'b',
    ])
  })

  test.each(['', '  '])('is none where nothing is said: %j', (text) => {
    expect(parseAllowRules(text)).toEqual([])
  })
})

describe('what is no rule', () => {
  test.each([
    ['a,,b', 'of its rules, number 2 is none: it is empty'],
    ['a,', 'of its rules, number 2 is none: it is empty'],
    ['http://a:6379', 'its scheme is none of redis:// and rediss://'],
    ['//a:6379', 'sockets are never asked for'],
    ['redis://redis://a', 'its scheme is none of redis:// and rediss://'],
    [
      'redis://user:hunter2@a:6379',
      'whom to log in as stands behind the place, as in host=user@file',
    ],
    ['a=user@/x', 'whoever is logged in to has a port'],
    ['10.0.0.0/8=/x', 'whoever is logged in to has a port'],
    ['/run/redis.sock', 'sockets are never asked for'],
    ['unix:///run/redis.sock', 'sockets are never asked for'],
    ['a:6379=user:hunter2@/x', 'a password stands in a file'],
    ['user:hunter2@a:6379', 'whom to log in as stands behind the place, as in host=user@file'],
    ['10.*', 'of addresses there are networks, as in 10.0.0.0/8'],
    ['10.0.*.*:6379', 'of addresses there are networks, as in 10.0.0.0/8'],
    ['2130706433', 'of addresses there are networks, as in 10.0.0.0/8'],
    ['0177.0.0.1', 'of addresses there are networks, as in 10.0.0.0/8'],
    ['0x7f.1', undefined],
    ['2001:db8::/32', 'an IPv6 address stands in brackets'],
    ['::1', 'an IPv6 address stands in brackets'],
    ['10.0.0.0/33', undefined],
    ['[2001:db8::]/129', undefined],
    ['[10.0.0.0]/8', undefined],
    ['[fe80::1%eth0]', undefined],
    ['a:0', undefined],
    ['a:65536', undefined],
    ['a:7005-7000', undefined],
    ['a:7000-', undefined],
    ['a:redis', undefined],
    ['a b', undefined],
    ['***.a', undefined],
    ['-a', undefined],
    ['a:1=', undefined],
    ['a:1=user@', undefined],
    [':6379', undefined],
  ])('is refused: %s', (text, hint) => {
    expect(parseAllowRules(text)).toBeUndefined()
    expect(allowRulesHint(text)).toBe(hint)
  })
})
