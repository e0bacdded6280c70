import { describe, expect, test } from 'vitest'
import type { Reply } from '../../src/redis/command.ts'
import {
  byTwos,
  parseNameValueList,
  readPairs,
  readTexts,
} from '../../src/redis/names-and-values.ts'
import { recordedAnswer } from '../support/fixtures.ts'

describe('a reply of names and values', () => {
  test.each<[string, Reply, readonly (readonly [string, Reply])[]]>([
    [
      'holds texts, numbers, nil and lists',
      ['name', 'orders', 'length', 3, 'last', null, 'ids', [1, 2]],
      [
        ['name', 'orders'],
        ['length', 3],
        ['last', null],
        ['ids', [1, 2]],
      ],
    ],
    ['holds nothing', [], []],
    ['ends with a name, which is passed over', ['a', 1, 'b'], [['a', 1]]],
    ['has a name that is no text, which is passed over', [1, 'a', 'b', 2], [['b', 2]]],
    ['has a name twice, where the last counts', ['a', 1, 'a', 2], [['a', 2]]],
    ['has a name that objects have', ['__proto__', 1], [['__proto__', 1]]],
  ])('that %s', (_case, reply, pairs) => {
    expect([...readPairs(reply)]).toEqual(pairs)
  })

  test.each([[null], ['text'], [7]])('that is %j instead cannot be read', (reply) => {
    expect(() => readPairs(reply)).toThrow(expect.objectContaining({ reason: 'parse' }))
  })
})

test('read as texts, values of another kind are passed over', () => {
  expect([...readTexts(['a', 'x', 'b', 2, 'c', null, 'd', ['y']])]).toEqual([['a', 'x']])
})

test('a Sentinel describes a master in texts alone', () => {
  const reply = recordedAnswer('sentinel-7.0.15')(['SENTINEL', 'MASTERS'])
  const [master = null] = Array.isArray(reply) ? reply : []

  expect(readTexts(master)).toEqual(readPairs(master))
  expect(Object.fromEntries(readTexts(master))).toMatchObject({
    name: 'mymaster',
    ip: '127.0.0.1',
    quorum: '1',
  })
})

describe('a text of names and values', () => {
  test.each([
    ['one part', 'count=2', [['count', '2']]],
    [
      'several',
      'calls=21,usec=175',
      [
        ['calls', '21'],
        ['usec', '175'],
      ],
    ],
    ['an empty value', 'p50=', [['p50', '']]],
    ['a value with an equals sign', 'name=a=b', [['name', 'a=b']]],
    ['a value with colons', 'ip=::1', [['ip', '::1']]],
    ['a name given twice, where the last counts', 'a=1,a=2', [['a', '2']]],
    [
      'a value with a comma',
      'ip=a,b,c,port=1',
      [
        ['ip', 'a,b,c'],
        ['port', '1'],
      ],
    ],
    [
      'blanks behind commas',
      'keys=1, expires=2',
      [
        ['keys', '1'],
        ['expires', '2'],
      ],
    ],
    ['empty parts and a beginning without a name, which are passed over', 'x,a=1,,', [['a', '1']]],
    ['parts without a name, which are passed over', '=1,a=2', [['a', '2']]],
    ['nothing', '', []],
    ['a name that objects have', '__proto__=1', [['__proto__', '1']]],
  ])('a list holds %s', (_case, text, pairs) => {
    expect([...parseNameValueList(text)]).toEqual(pairs)
  })
})

test('what stands by turns comes by twos, without one that is alone', () => {
  expect([...byTwos<Reply>(['a', 1, 'b', null, 'c'])]).toEqual([
    ['a', 1],
    ['b', null],
  ])
})
