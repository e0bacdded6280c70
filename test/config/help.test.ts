import { beforeAll, describe, expect, test } from 'vitest'
import { collectors } from '../../src/collectors/index.ts'
import { readConfig } from '../../src/config/config.ts'
import type { Option } from '../../src/config/option.ts'
import { collectorOptions, options } from '../../src/config/options.ts'

const all: readonly Option[] = [
  ...Object.values(options),
  ...Object.values(collectorOptions(collectors)),
]

let help: string

beforeAll(() => {
  const request = readConfig({ args: ['--help'], env: {}, collectors, canRead: () => true })
  help = request.kind === 'help' ? request.text : ''
})

describe('the help', () => {
  test('fits a terminal of 80 columns', () => {
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([])
  })

  test.each(all.flatMap(({ flags }) => flags))('names --%s', (flag) => {
    expect(help).toMatch(new RegExp(`^  --${flag.replaceAll('.', '\\.')}( |$)`, 'm'))
  })

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
      'Redis:',
      'Polling:',
      'Serving:',
      'Logging:',
      'Collectors:',
      'Other:',
    ])
  })

  test('tells how to ask for help and for the version', () => {
    expect(help).toContain('  --help ')
    expect(help).toContain('  --version ')
  })
})

function defaultOf({ flags: [flag], default: value, defaultHelp }: Option): [string, string][] {
  const byDefault = defaultHelp ?? value
  return byDefault === undefined ? [] : [[flag, byDefault]]
}

/** What stands beside a flag, in one line. */
function entryOf(flag: string): string {
  const [, rest = ''] = help.split(new RegExp(`^  --${flag.replaceAll('.', '\\.')} `, 'm'))
  const [entry = ''] = rest.split(/\n(?= {2}--|\S)/)
  return entry.replaceAll(/\s+/g, ' ')
}
