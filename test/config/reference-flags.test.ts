import { describe, expect, test } from 'vitest'
import { allOptions } from '../../src/config/all-options.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Option } from '../../src/options/option.ts'
import { readFixture, readTable } from '../support/fixtures.ts'
import { allCollectors } from '../support/registry.ts'

// The flags of the Go exporter: whoever swaps the image keeps the command line.
const rows = readTable('reference/flags.tsv')
const ours: readonly Option[] = Object.values(allOptions(allCollectors))
// Scripts that could write are there for whoever asks for them.
const otherDefault = ['lua-script-read-only']

describe.each(rows.filter(({ flag }) => flag !== 'version'))('--$flag', (row) => {
  const option = ours.find(({ flags }) => flags.includes(row.flag ?? ''))

  test('is there', () => {
    expect(option).toBeDefined()
  })

  test('is read from the same variable', () => {
    expect(option?.env).toContain(row.env)
  })

  if (!otherDefault.includes(row.flag ?? ''))
    test('has the same default', () => {
      expect(option?.default ?? '').toBe(row.default)
    })

  test('is a boolean here if it is one there', () => {
    expect(option?.kind.placeholder === 'true|false').toBe(row.type === 'bool')
  })
})

describe('of the flags that release 1.86 lists', () => {
  const help = readFixture('reference/go-exporter-1.86-help.txt')
  const listed = [...help.matchAll(/^ {2}-(\S+)/gm)].map(([, flag = '']) => flag)

  test('there are some', () => {
    expect(listed.length).toBeGreaterThan(50)
  })

  test.each(listed)('--%s is there', (flag) => {
    const known = new Set(['version', ...ours.flatMap(({ flags }) => flags)])
    expect(known).toContain(flag)
  })
})

test('--version asks for the version, and is off by default', () => {
  const request = (args: readonly string[]) => readConfig({ args, env: {}, collectors: [] }).kind

  expect(rows).toContainEqual({ flag: 'version', env: '', type: 'bool', default: 'false' })
  expect(request([])).toBe('run')
  expect(request(['--version'])).toBe('version')
  expect(request(['-version'])).toBe('version')
})
