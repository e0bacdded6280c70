import { describe, expect, test } from 'vitest'
import { allOptions } from '../../src/config/all-options.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Option } from '../../src/options/option.ts'
import { mistakesOf } from '../support/configured.ts'
import { readFixture, readTable } from '../support/fixtures.ts'
import { allCollectors } from '../support/registry.ts'

// The flags of the Go exporter: whoever swaps the image keeps the command line.
const rows = readTable('reference/flags.tsv')
const ours: readonly Option[] = Object.values(allOptions(allCollectors))
// Scripts that could write are there for whoever asks for them.
const otherDefault = ['lua-script-read-only']
// Their defaults are those of what is not there.
const isRefused = ({ flag = '' }: (typeof rows)[number]) =>
  ours.some(({ flags, refused }) => refused && flags.includes(flag))

describe.each(rows.filter(({ flag }) => flag !== 'version'))('--$flag', (row) => {
  const option = ours.find(({ flags }) => flags.includes(row.flag ?? ''))

  test('is there', () => {
    expect(option).toBeDefined()
  })

  test('is read from the same variable', () => {
    expect(option?.env).toContain(row.env)
  })

  if (!isRefused(row) && !otherDefault.includes(row.flag ?? ''))
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

describe('what is not supported', () => {
  const refused = rows.filter(isRefused)

  test('is what protects the port', () => {
    expect(refused.map(({ flag }) => flag).sort()).toEqual([
      'basic-auth-hash-password',
      'basic-auth-password',
      'basic-auth-username',
      'tls-server-ca-cert-file',
      'tls-server-cert-file',
      'tls-server-key-file',
      'tls-server-min-version',
    ])
  })

  describe.each(refused)('--$flag', ({ flag = '', env = '', type }) => {
    const value = type === 'bool' ? 'true' : 'hunter2'
    const sentence = expect.stringMatching(
      new RegExp(`^--${flag} \\(${env}\\): this exporter does not .+ yet.*; leave it out and `),
    )

    test('ends the start as a flag, with what to do instead', () => {
      expect(mistakesOf([`--${flag}=${value}`])).toEqual([sentence])
      expect(mistakesOf([`-${flag}`, value])).toEqual([sentence])
    })

    test('ends the start as a variable', () => {
      expect(mistakesOf([], { [env]: value })).toEqual([sentence])
    })

    test('does not show its value', () => {
      expect(mistakesOf([], { [env]: value }).join()).not.toContain('hunter2')
    })

    test.each(type === 'bool' ? ['', 'false'] : [''])('asks for nothing by %j', (text) => {
      expect(mistakesOf([], { [env]: text })).toEqual([])
      if (text !== '' || type !== 'bool') expect(mistakesOf([`--${flag}=${text}`])).toEqual([])
    })
  })

  test('is refused beside what else is wrong', () => {
    expect(mistakesOf(['--debug=maybe'], { REDIS_EXPORTER_BASIC_AUTH_USERNAME: 'u' })).toHaveLength(
      2,
    )
  })
})

test('--version asks for the version, and is off by default', () => {
  const request = (args: readonly string[]) => readConfig({ args, env: {}, collectors: [] }).kind

  expect(rows).toContainEqual({ flag: 'version', env: '', type: 'bool', default: 'false' })
  expect(request([])).toBe('run')
  expect(request(['--version'])).toBe('version')
  expect(request(['-version'])).toBe('version')
})
