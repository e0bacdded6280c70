import { describe, expect, test } from 'vitest'
import { createFraming } from '../../src/redis/framing.ts'
import { bounds, check } from '../support/framing-fault.ts'

const sound = [
  '+OK\r\n',
  '+\r\n',
  '-ERR no\r\n',
  ':0\r\n',
  ':-7\r\n',
  ':+7\r\n',
  ':18446744073709551615\r\n',
  '$0\r\n\r\n',
  '$5\r\nhello\r\n',
  '$4\r\n\r\n\xff\0\r\n',
  '$-1\r\n',
  '*0\r\n',
  '*-1\r\n',
  '*1\r\n-ERR x\r\n',
  '*2\r\n*2\r\n:1\r\n$1\r\na\r\n*0\r\n',
]

const malformed = [
  // A length or a number with something else in it.
  '$/3\r\n',
  '$3x\r\nabc\r\n',
  '$\r\n',
  '$-\r\n',
  '$-2\r\n',
  '$-0\r\n',
  '$-01\r\n',
  '$--1\r\n',
  '$+3\r\nabc\r\n',
  '$ 3\r\nabc\r\n',
  '$1000000000000000\r\n',
  '*/\r\n',
  '*-2\r\n',
  '*1e3\r\n',
  '*\r\n',
  ':\r\n',
  ':1.5\r\n',
  ':-\r\n',
  ':1-\r\n',
  `:${'1'.repeat(21)}\r\n`,
  // Line ends.
  '+OK\n',
  '+OK\rx',
  '-ERR\n',
  ':1\n',
  ':1\rx',
  '$3\nabc\r\n',
  '$3\r\nabc\n\r',
  '$3\r\nabcd\r\n',
  '$3\r\nabc\rx',
  '*1\n:1\r\n',
  // Types of RESP3, and what is none.
  '_\r\n',
  '#t\r\n',
  ',1.5\r\n',
  '(1\r\n',
  '!3\r\nERR\r\n',
  '=7\r\ntxt:abc\r\n',
  '%1\r\n+a\r\n+b\r\n',
  '~1\r\n+a\r\n',
  '>1\r\n$-1\r\n',
  '>3\r\n$9\r\nsubscribe\r\n$1\r\na\r\n:1\r\n',
  '*1\r\n>1\r\n+subscribe\r\n',
  '|1\r\n+a\r\n+b\r\n',
  '\r\n',
  '\0',
  'HTTP/1.1 400 Bad Request\r\n',
]

describe('what is RESP2 and was asked for passes', () => {
  test.each(sound)('%j', (bytes) => expect(check(1, bytes)).toBeUndefined())
  test.each(sound)('%j byte by byte', (bytes) => expect(check(1, ...bytes)).toBeUndefined())
})

describe('what is no RESP2 is malformed', () => {
  test.each(malformed)('%j', (bytes) => expect(check(1, bytes)).toBe('malformed'))
  test.each(malformed)('%j byte by byte', (bytes) => expect(check(1, ...bytes)).toBe('malformed'))
  test.each(malformed)('%j, at whatever byte it is cut in two', (bytes) => {
    for (let at = 0; at <= bytes.length; at++)
      expect(check(1, bytes.slice(0, at), bytes.slice(at))).toBe('malformed')
  })
  test.each(malformed)('%j behind a reply that is sound', (bytes) =>
    expect(check(2, `+OK\r\n${bytes}`)).toBe('malformed'),
  )
  test.each(malformed)('%j as an element of a list', (bytes) =>
    expect(check(1, `*2\r\n:1\r\n${bytes}`)).toBe('malformed'),
  )

  test('lists that are deeper than any reply is', () => {
    expect(check(1, `${'*1\r\n'.repeat(100)}:1\r\n`)).toBeUndefined()
    expect(check(1, '*1\r\n'.repeat(101))).toBe('malformed')
  })

  test('a line that does not end', () => {
    const framing = createFraming({ bytes: 1e9, elements: 100, bytesTogether: 1e9 })
    framing.owe(1)
    const piece = Buffer.alloc(1024, 'a')
    framing.check(Buffer.from('+'))
    const faults = Array.from({ length: 100 }, () => framing.check(piece))

    expect(faults.indexOf('malformed')).toBe(64)
  })
})

describe('a reply that nobody asked for', () => {
  test.each(sound)('%j while nothing is owed', (bytes) => expect(check(0, bytes)).toBe('unasked'))
  test.each(sound)('%j behind the last reply', (bytes) =>
    expect(check(1, `+OK\r\n${bytes}`)).toBe('unasked'),
  )

  test('is one byte already', () => expect(check(1, ':1\r\n', '$')).toBe('unasked'))

  test('is counted by what is owed as of now', () => {
    const framing = createFraming(bounds)
    framing.owe(2)
    framing.check(Buffer.from('+a\r\n*1\r\n'))
    expect(framing.owed()).toBe(1)
    framing.owe(3)
    framing.check(Buffer.from(':1\r\n'))

    expect(framing.owed()).toBe(3)
    expect(framing.check(Buffer.from('+a\r\n+b\r\n+c\r\n'))).toBeUndefined()
    expect(framing.check(Buffer.from('+d\r\n'))).toBe('unasked')
  })
})

describe('once a subscription is made', () => {
  const subscribed = () => {
    const framing = createFraming(bounds)
    framing.owe(1)
    framing.subscribe()
    return framing
  }
  const message = Buffer.from('*3\r\n$7\r\nmessage\r\n$1\r\na\r\n$1\r\nb\r\n')

  test('what nobody asked for passes, and is owed by nobody', () => {
    const framing = subscribed()
    framing.check(Buffer.from('+OK\r\n'))

    expect([message, message].map(framing.check)).toEqual([undefined, undefined])
    expect(framing.owed()).toBe(0)
  })

  test.each([
    ['$601\r\n', 'too large'],
    ['*151\r\n', 'too many elements'],
    ['>3\r\n', 'malformed'],
  ])('it is checked like everything else: %j is %s', (bytes, fault) => {
    expect(subscribed().check(Buffer.from(`+OK\r\n${bytes}`))).toBe(fault)
  })
})

test('once something is wrong, nothing is right any more', () => {
  const framing = createFraming(bounds)
  framing.owe(5)

  expect(framing.check(Buffer.from('+a\r\n?'))).toBe('malformed')
  expect(framing.check(Buffer.from('+b\r\n'))).toBe('malformed')
})

test.each([
  ['+O', 0],
  ['+OK\r', 1],
  ['$', 1],
  ['$-', 2],
  ['$-1\r', 4],
  ['$-1\r\n', 0],
  [':12', 3],
  ['*1\r\n:1', 2],
  ['$3\r\nab', 0],
  ['$3\r\nabc', 0],
  ['$3\r\nabc\r', 1],
  ['$3\r\nabc\r\n', 0],
])('of %j the last %d bytes tell too little yet', (bytes, expected) => {
  const framing = createFraming(bounds)
  framing.owe(1)
  expect(framing.check(Buffer.from(bytes))).toBeUndefined()

  expect(framing.openEnd()).toBe(expected)
})
