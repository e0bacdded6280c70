import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  duration,
  formatDuration,
  listenAddress,
  listenAddresses,
  metricsPath,
  nameList,
  namespace,
  oneOf,
  regularExpression,
  wholeSeconds,
} from '../../src/options/value-kinds.ts'

const second = 1_000
const minute = 60 * second
const hour = 60 * minute

describe('a duration', () => {
  const { read } = duration(10, hour)

  test.each([
    ['15s', 15 * second],
    ['1m30s', 90 * second],
    ['500ms', 500],
    ['1h', hour],
    ['10ms', 10],
    ['1m', minute],
    ['90', 90 * second],
    ['0.5', 500],
    ['1.5s', 1_500],
    ['0.5m', 30 * second],
    ['59m59s999ms', hour - 1],
    ['015s', 15 * second],
    ['3600', hour],
  ])('%s is %i ms', (text, expected) => {
    expect(read(text)).toBe(expected)
  })

  test.each([
    '',
    ' ',
    's',
    '15 s',
    ' 15s',
    '15s ',
    '15S',
    '15sec',
    '1d',
    '-1s',
    '+1s',
    '1s1m',
    '1s1s',
    '1e3',
    '0x10',
    '.5s',
    '5.s',
    '1,5s',
    'Infinity',
    'NaN',
    '15s\n',
    '9ms',
    '0',
    '1h1ms',
    '61m',
  ])('%j is none', (text) => {
    expect(read(text)).toBeUndefined()
  })

  test('is written as it is read', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: hour }), (milliseconds) => {
        expect(read(formatDuration(milliseconds))).toBe(milliseconds)
      }),
    )
  })
})

describe('whole seconds', () => {
  const { read } = wholeSeconds(second, hour)

  test('are every number of seconds from the least to the most', () => {
    const seconds = Array.from({ length: 3_600 }, (_, index) => index + 1)

    expect(seconds.map((count) => read(`${count}s`))).toEqual(
      seconds.map((count) => count * second),
    )
    expect(seconds.map((count) => read(`${count}`))).toEqual(seconds.map((count) => count * second))
  })

  test.each([
    ['1000ms', second],
    ['1m30s', 90 * second],
    ['0.5m', 30 * second],
    ['1.0s', second],
  ])('can be written %s', (text, expected) => {
    expect(read(text)).toBe(expected)
  })

  test.each(['0s', '999ms', '1500ms', '1.5', '3601s', '1h1s', '1.0004'])('%s is none', (text) => {
    expect(read(text)).toBeUndefined()
  })
})

test.each([
  [0, '0s'],
  [999, '999ms'],
  [1_000, '1s'],
  [61_001, '1m1s1ms'],
  [hour, '1h'],
  [25 * hour, '25h'],
])('%i ms is written %s', (milliseconds, expected) => {
  expect(formatDuration(milliseconds)).toBe(expected)
})

describe('an address to listen on', () => {
  test.each([
    [':9121', undefined, 9121],
    ['127.0.0.1:9121', '127.0.0.1', 9121],
    ['localhost:0', 'localhost', 0],
    ['my-host.example_1:65535', 'my-host.example_1', 65535],
    ['[::]:9121', '::', 9121],
    ['[::1]:80', '::1', 80],
    ['[::ffff:127.0.0.1]:80', '::ffff:127.0.0.1', 80],
  ])('%s is %s and %i', (text, host, port) => {
    expect(listenAddress.read(text)).toEqual({ host, port })
  })

  test('may be a socket in the file system', () => {
    const longest = `/${'x'.repeat(106)}`
    for (const path of ['/run/exporter.sock', longest])
      expect(listenAddress.read(`unix://${path}`)).toEqual({ path })
  })

  test('may be one of several', () => {
    for (const text of [':1,unix:///a,[::1]:2', '\n:1,\n  unix:///a , [::1]:2\n'])
      expect(listenAddresses.read(text)).toEqual([
        { host: undefined, port: 1 },
        { path: '/a' },
        { host: '::1', port: 2 },
      ])
    expect(listenAddresses.read(':1,')).toBeUndefined()
    expect(listenAddresses.read('')).toBeUndefined()
  })

  test.each([':http-alt', '127.0.0.1:http', '[::1]:HTTP', ':1,:http'])(
    'says of the name of a service that a port is a number: %s',
    (text) => {
      expect(listenAddresses.read(text)).toBeUndefined()
      expect(listenAddresses.hint?.(text)).toBe(
        'a port is a number here, not the name of a service',
      )
    },
  )

  test.each([':65536', 'localhost', 'http://a:1', 'unix:///a:b', ':-1'])(
    'says no such thing of %s',
    (text) => {
      expect(listenAddresses.hint?.(text)).toBeUndefined()
    },
  )

  test.each([
    'unix://a',
    'unix:///',
    `unix:///${'x'.repeat(107)}`,
    `unix:///${'ü'.repeat(60)}`,
    '',
    ':',
    '9121',
    'localhost',
    'localhost:',
    ':65536',
    ':-1',
    '::1:80',
    '[::1]',
    '[x]:1',
    'a b:1',
    'http://a:1',
    '256.1.1.1:1',
    '9121:9121',
    '127.1:80',
    '0x7f000001:80',
    '[127.0.0.1]:80',
    '[1:2]:80',
    ':9121/',
  ])('%j is none', (text) => {
    expect(listenAddress.read(text)).toBeUndefined()
  })
})

describe('a path for the metrics', () => {
  test.each(['/metrics', '/', '/a/b-c_d.e~f', '/metrics/', '/.a/b..', '/...'])(
    '%s is one',
    (text) => {
      expect(metricsPath.read(text)).toBe(text)
    },
  )

  test.each([
    '',
    'metrics',
    '/a b',
    '/a?b',
    '/a#b',
    '/:id',
    '/*',
    '/ä',
    '//',
    '/a//b',
    '/.',
    '/./a',
    '/a/..',
    '/a/../b',
    '/a%20b',
    '/health',
    '/healthz',
    '/ready',
  ])('%j is none, or taken', (text) => {
    expect(metricsPath.read(text)).toBeUndefined()
  })
})

describe('a namespace', () => {
  test.each(['redis', 'Valkey_8', '_x', 'a'])('%s is one', (text) => {
    expect(namespace.read(text)).toBe(text)
  })

  test.each(['', '8redis', 'my-redis', 'redis:', 'ä', 'a b', 'redis\n'])('%j is none', (text) => {
    expect(namespace.read(text)).toBeUndefined()
  })
})

describe('one of several words', () => {
  const { read } = oneOf(['txt', 'json'])

  test.each([
    ['txt', 'txt'],
    ['JSON', 'json'],
    ['xml', undefined],
    ['', undefined],
    ['json ', undefined],
  ])('%j is %s', (text, expected) => {
    expect(read(text)).toBe(expected)
  })
})

describe('a regular expression', () => {
  test.each([
    ['.*', 'anything', true],
    ['^(users|orders)$', 'orders', true],
    ['^(users|orders)$', 'old-orders', false],
    ['ord', 'orders', true],
    ['(?i)^ORDERS', 'orders:1', true],
    ['^(?i:o)RDERS', 'ORDERS', true],
    ['^(?i:o)RDERS', 'Orders', false],
    ['^[[:alpha:]]+$', 'orders', true],
    ['^[[:alpha:]]+$', 'orders:1', false],
    ['^[[:^digit:]]+$', 'orders', true],
    ['^[[:^digit:]]+$', 'orders1', false],
    ['^[[:word:]-]+$', 'old-orders', true],
    ['\\Aidx:\\w+\\z', 'idx:orders', true],
    ['^\\Qa.*\\E$', 'a.*', true],
    ['^\\Qa.*\\E$', 'abc', false],
    ['^(?P<kind>idx):', 'idx:orders', true],
    ['^\\pL+$', 'käse', true],
    ['^\\d+$', '٣', false],
    ['(?s)^a.b$', 'a\nb', true],
    ['^a.b$', 'a\nb', false],
    ['(?m)^b$', 'a\nb', true],
    ['^b$', 'a\nb', false],
    ['^\\x{61}$', 'a', true],
  ])('%j means what it means to Go: of %j it is %s', (text, name, expected) => {
    expect(regularExpression.read(text)?.test(name)).toBe(expected)
  })

  test.each(['[', '(', '*', '(?=a)', '(?!a)', '(?<=a)b', '(a)\\1', '[[:letter:]]', 'a{2000}'])(
    '%j is none, as to Go',
    (text) => {
      expect(regularExpression.read(text)).toBeUndefined()
    },
  )

  test('looks at each character of a name a bounded number of times', () => {
    // One that goes back and tries again would not come to an end.
    expect(regularExpression.read('^(a+)+$')?.test(`${'a'.repeat(10_000)}b`)).toBe(false)
  })
})

test.each([
  ['a.lua,/b/c.lua', ['a.lua', '/b/c.lua']],
  ['\na.lua ,\n  /b/c d.lua\n,', ['a.lua', '/b/c d.lua']],
  ['', []],
  [' ,\n', []],
])('names in %j stand between commas, blanks and line breaks around them', (text, names) => {
  expect(nameList.read(text)).toEqual(names)
})
