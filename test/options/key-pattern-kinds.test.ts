import { describe, expect, test } from 'vitest'
import { keyPatternList, luaPatternList } from '../../src/options/key-pattern-kinds.ts'

describe('patterns of keys', () => {
  test.each([
    ['a*', [[0, 'a*']]],
    [
      'a*,db3=b',
      [
        [0, 'a*'],
        [3, 'b'],
      ],
    ],
    [
      ' a , db3=b ',
      [
        [0, 'a'],
        [3, 'b'],
      ],
    ],
    [
      'a,,b,',
      [
        [0, 'a'],
        [0, 'b'],
      ],
    ],
    ['db0=a=b', [[0, 'a=b']]],
    ['db1==', [[1, '=']]],
    ['3=a', [[3, 'a']]],
    [
      '"a,b",c',
      [
        [0, 'a,b'],
        [0, 'c'],
      ],
    ],
    ['"db2=say ""hi"""', [[2, 'say "hi"']]],
    ['a"b', [[0, 'a"b']]],
    ['a%2Cb%3dc', [[0, 'a,b=c']]],
    [
      '100%,a+b*,"a%2Bb"',
      [
        [0, '100%'],
        [0, 'a b*'],
        [0, 'a+b'],
      ],
    ],
    ['%ff%00', [[0, '\u00ff\0']]],
    ['"a\nb"', [[0, 'a\nb']]],
    ['käse', [[0, 'k\u00c3\u00a4se']]],
  ])('%j', (text, expected) => {
    expect(keyPatternList.read(text)).toEqual(
      expected.map(([database, pattern]) => ({ database, pattern })),
    )
  })

  test.each([' a,\n  db3=b\n', '\n\n a ,\r\n\tdb3 = b', 'a,\n\n,db3=b,\n'])(
    '%j are two over several lines',
    (text) => {
      expect(keyPatternList.read(text)).toEqual([
        { database: 0, pattern: 'a' },
        { database: 3, pattern: 'b' },
      ])
    },
  )

  test.each(['', ',', ' , ', '\n', ' ,\n'])('%j is no pattern at all', (text) => {
    expect(keyPatternList.read(text)).toEqual([])
  })

  test.each([
    ...['dbx=a', 'a=b', 'db-1=a', 'db1=', 'db=a', '=a', 'db1=a,b=c', 'DB1=a', 'db 1=a'],
    ...['db1234567890=a', 'a\nb', '"a', 'b,"a'],
  ])('%j is refused', (text) => {
    expect(keyPatternList.read(text)).toBeUndefined()
  })
})

describe('Lua patterns', () => {
  test.each([
    ['^(.*):.*$', ['^(.*):.*$']],
    ['^a, b$ ,,"x,y"', ['^a', 'b$', 'x,y']],
    ['%d+=', ['%d+=']],
    ['a+', ['a+']],
    ['ä', ['\u00c3\u00a4']],
    ['"^(key_[a-z,]+)"', ['^(key_[a-z,]+)']],
    ['\n\n ^(a) ,\n\t^(b)\r\n', ['^(a)', '^(b)']],
    ['" ^(a,b)\n",^(b)', ['^(a,b)', '^(b)']],
    ['"say ""hi"""', ['say "hi"']],
  ])('%j', (text, expected) => {
    expect(luaPatternList.read(text)).toEqual(expected)
  })

  test.each([
    ['a quote without its end', '"a'],
    ['a second line', 'a\nb'],
    ['a set without its end', '^[a-z$'],
    ['a capture without its end', '^(.*:'],
    ['a percent sign at the end', '100%'],
    ['a back reference to nothing', '%1'],
    ['a malformed pattern among others', '^a,%b(,^b'],
    ['a set that a comma cuts', '[a,b]'],
  ])('%s is refused', (_, text) => {
    expect(luaPatternList.read(text)).toBeUndefined()
  })

  test.each(['', ',', ' , ', '\n', ' ,\n'])('%j is no pattern at all', (text) => {
    expect(luaPatternList.read(text)).toEqual([])
  })
})
