import { describe, expect, test } from 'vitest'
import { allOptions, optionOrder } from '../../src/config/all-options.ts'
import type { Option } from '../../src/options/option.ts'
import { collectOptions } from '../../src/options/switches.ts'
import { flag } from '../../src/options/value-kinds.ts'
import { configured } from '../support/configured.ts'
import { allCollectors } from '../support/registry.ts'

const declared = [
  ...new Map([
    ...allCollectors.flatMap(({ options = {} }) => Object.entries(options)),
    ...Object.entries(collectOptions(allCollectors)),
  ]),
]

const ofKinds: Readonly<Record<string, readonly [given: string, other: string]>> = {
  patterns: ['db3=a*', 'b*'],
  names: ['a,b', 'c'],
  pattern: ['^a', '^b'],
  duration: ['1m', '2m'],
  share: ['0.5', '1'],
}

/** Two values that the kind of an option accepts, neither of them the default. */
function valuesOf({ kind, default: standard }: Option): readonly [given: string, other: string] {
  const [, least] = /^a whole number from (\d+)/.exec(kind.accepts) ?? []
  if (least !== undefined) return [`${Number(least) + 1}`, `${Number(least) + 2}`]
  const [, words] = /^one of (.+)$/.exec(kind.accepts) ?? []
  if (words !== undefined) return [otherThan(standard, words.split(', ')), `${standard}`]
  return ofKinds[kind.placeholder] ?? [standard === 'true' ? 'false' : 'true', `${standard}`]
}

function otherThan(standard: string | undefined, words: readonly string[]): string {
  return words.find((word) => word !== standard) ?? ''
}

describe.each(declared)('the option %s', (key, option) => {
  const { flags, env: variables, kind, default: standard } = option
  const [given, other] = valuesOf(option)
  const settingOf = (args: readonly string[], environment: Record<string, string> = {}) =>
    configured(args, environment).settings[key]
  // What is made anew at each reading is told by its text.
  const shown = (value: unknown) => JSON.stringify(value)

  test('concerns one target', () => {
    expect(option.scope).toBe('target')
  })

  test('has its default', () => {
    const expected = standard === undefined ? undefined : kind.read(standard)

    expect(shown(settingOf([]))).toBe(shown(expected))
  })

  test.each(flags)('is read from --%s, which beats the environment', (name) => {
    const environment = Object.fromEntries(variables.map((variable) => [variable, other]))

    expect(shown(settingOf([`--${name}=${given}`], environment))).toBe(shown(kind.read(given)))
  })

  test.each(variables)('is read from %s', (variable) => {
    expect(shown(settingOf([], { [variable]: given }))).toBe(shown(kind.read(given)))
  })
})

describe('all options together', () => {
  test('are one declaration where several collectors share them', () => {
    const moody = (name: string) => {
      const option = { env: ['MOOD'], help: 'Mood', kind: flag, default: 'false' }
      const mood = { ...option, scope: 'target', group: 'Optional metrics' } as const
      return { name, help: 'a test', options: { mood: { ...mood, flags: ['mood'] as const } } }
    }
    const one = moody('one')

    expect(() => allOptions([one, moody('two')])).toThrow(
      'two declares the option mood, which is another one elsewhere',
    )
    expect(() => allOptions([one, { ...one, name: 'other' }])).not.toThrow()
  })

  test('stand in an order that names none that is gone', () => {
    const table = allOptions(allCollectors)

    expect(optionOrder.filter((key) => !(key in table))).toEqual([])
  })

  test('have flags and variables of their own', () => {
    const table = Object.values(allOptions(allCollectors))
    const names = table.flatMap(({ flags, env }) => [...flags, ...env])

    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([])
  })
})

describe.each(allCollectors)('the example of $name', ({ options = {}, example = {} }) => {
  test('holds values that its options accept', () => {
    const read = Object.entries(example).map(([key, text]) => options[key]?.kind.read(`${text}`))

    expect(read.filter((value) => value === undefined)).toEqual([])
  })
})

describe('what a collector is on by', () => {
  const askedFor = (name: string) =>
    declared.find(([key]) => key === `collect.${name}`)?.[1].onlyWith

  test.each([
    ['memory', []],
    ['latency', []],
    ['client-list', ['export-client-list']],
    ['sentinel-masters', []],
    ['check-keys', ['check-keys']],
    ['scripts', ['script']],
    ['hotkeys', []],
  ])('beside its own flag: %s by %j', (name, flags) => {
    expect(askedFor(name)).toEqual(flags)
  })
})
