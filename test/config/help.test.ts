import { beforeAll, describe, expect, test } from 'vitest'
import { allOptions } from '../../src/config/all-options.ts'
import { readConfig } from '../../src/config/read-config.ts'
import type { Option } from '../../src/options/option.ts'
import { allCollectors } from '../support/registry.ts'

const all: readonly Option[] = Object.values(allOptions(allCollectors))

let help: string

beforeAll(() => {
  const request = readConfig({ args: ['--help'], env: {}, collectors: allCollectors })
  help = request.kind === 'help' ? request.text : ''
})

describe('the help', () => {
  test('fits a terminal of 80 columns', () => {
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test.each(all.flatMap(({ flags }) => flags))('names --%s', (flag) => {
    expect(help).toMatch(new RegExp(`^  --${flag.replaceAll('.', '\\.')}( |$)`, 'm'))
  })

  test.each(all.map(({ flags: [flag], help }) => [flag, help]))(
    'tells below --%s what it does: %s',
    (flag, meaning) => {
      expect(entryOf(flag)).toMatch(new RegExp(`^(<\\S+> )?${literally(meaning)} \\(env `))
    },
  )

  test.each(all.flatMap(({ env }) => env))('names the variable %s', (variable) => {
    expect(help).toMatch(new RegExp(`\\b${variable}\\b`))
  })

  test.each(all.flatMap(defaultOf))('tells the default of --%s: %s', (flag, byDefault) => {
    expect(entryOf(flag)).toContain(`default ${byDefault})`)
  })

  test.each(['redis.user', 'redis.password', 'redis.url'])('tells no default of --%s', (flag) => {
    expect(entryOf(flag)).not.toContain('default')
  })

  test('is in groups, in the order of the table', () => {
    expect(help.match(/^\S.*:$/gm)).toEqual([
      ...new Set(all.map(({ group }) => `${group}:`)),
      'Other:',
    ])
  })

  test.each([
    ['help', 'Show this text'],
    ['version', 'Show version, commit and Node.js'],
    ['acl', 'Show the ACL SETUSER line for a user with the fewest rights that will do'],
  ])('tells what --%s does', (flag, meaning) => {
    expect(entryOf(flag)).toBe(meaning)
  })
})

function defaultOf({ flags: [flag], default: value, defaultHelp }: Option): [string, string][] {
  const byDefault = defaultHelp ?? value
  return byDefault === undefined ? [] : [[flag, byDefault]]
}

/** What stands behind and below a flag, in one line. */
function entryOf(flag: string): string {
  const [, rest = ''] = help.split(new RegExp(`^  --${literally(flag)}(?= |$)`, 'm'))
  const [entry = ''] = rest.split(/\n(?= {2}--|\S)/)
  return entry.replaceAll(/\s+/g, ' ').trim()
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
