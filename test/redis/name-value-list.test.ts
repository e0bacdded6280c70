import { expect, test } from 'vitest'
import { parseNameValueList } from '../../src/redis/name-value-list.ts'

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
