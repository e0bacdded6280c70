import { describe, expect, test } from 'vitest'
import { settingsOf } from '../support/read-targets.ts'

describe('a value', () => {
  test.each([
    ['a number', 'max-series: 100', 'maxSeries', 100],
    ['a fraction', 'scan.max-load: 0.10', 'scanMaxLoad', 0.1],
    ['true or false', 'export-client-list: true', 'exportClientList', true],
    ['a text', 'scan.interval: 2m', 'scanInterval', 120_000],
    ['a switch of a collector', 'collect.latency: false', 'collect.latency', false],
    ['in quotes', 'set-client-name: "false"', 'setClientName', false],
    ['a list of names', 'script: [a.lua, b.lua]', 'script', ['a.lua', 'b.lua']],
    [
      'a list of patterns, with whatever stands in them',
      'check-keys: ["a,b", db3=c*, "d\\"e"]',
      'checkKeys',
      [
        { database: 0, pattern: 'a,b' },
        { database: 3, pattern: 'c*' },
        { database: 0, pattern: 'd"e' },
      ],
    ],
    ['a list of Lua patterns', 'check-key-groups: ["^(a,)", b]', 'checkKeyGroups', ['^(a,)', 'b']],
    ['an empty list', 'check-keys: []', 'checkKeys', []],
  ])('may be %s', async (_what, line, key, expected) => {
    expect((await settingsOf(line, ['--check-keys=x']))[key]).toEqual(expected)
  })
})
