import { describe, expect, test } from 'vitest'
import { keyPatternList, luaPatternList } from '../../src/config/key-pattern-kinds.ts'

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
      '100%,a+b',
      [
        [0, '100%'],
        [0, 'a+b'],
      ],
    ],
    ['%ff%00', [[0, '\u00ff\0']]],
    ['käse', [[0, 'k\u00c3\u00a4se']]],
  ])('%j', (text, expected) => {
    expect(keyPatternList.read(text)).toEqual(
      expected.map(([database, pattern]) => ({ database, pattern })),
    )
  })

  test.each(['dbx=a', 'a=b', 'db-1=a', 'db1=', 'a\nb', '"a'])('%j is refused', (text) => {
    expect(keyPatternList.read(text)).toBeUndefined()
  })
})

describe('Lua patterns', () => {
  test.each([
    ['^(.*):.*$', ['^(.*):.*$']],
    ['^a, b$ ,,"x,y"', ['^a', 'b$', 'x,y']],
    ['%d+=', ['%d+=']],
    ['ä', ['\u00c3\u00a4']],
  ])('%j', (text, expected) => {
    expect(luaPatternList.read(text)).toEqual(expected)
  })

  test('a quote without its end is refused', () => {
    expect(luaPatternList.read('"a')).toBeUndefined()
  })
})
