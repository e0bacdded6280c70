import { describe, expect, test } from 'vitest'
import { allOptions } from '../../src/config/all-options.ts'
import { options } from '../../src/config/options.ts'
import type { Config } from '../../src/config/read-config.ts'
import type { Option } from '../../src/options/option.ts'
import { collectorOptionCases } from '../support/collector-option-cases.ts'
import { configured } from '../support/configured.ts'
import { connectionOptionCases } from '../support/connection-option-cases.ts'
import { exporterOptionCases } from '../support/exporter-option-cases.ts'
import { keyOptionCases } from '../support/key-option-cases.ts'
import type { OptionCase } from '../support/option-case.ts'
import { allCollectors } from '../support/registry.ts'

const rows: readonly OptionCase[] = [
  ...connectionOptionCases,
  ...exporterOptionCases,
  ...collectorOptionCases,
  ...keyOptionCases,
]

/** What some do not do without. */
const companions: Readonly<Record<string, readonly string[]>> = {
  'tls-server-ca-cert-file': ['--tls-server-cert-file=a'],
  'basic-auth-username': ['--basic-auth-password=p'],
  'basic-auth-password': ['--basic-auth-username=u'],
  'basic-auth-hash-password': ['--basic-auth-username=u'],
  'web.protect-probes': ['--web.config.file=a'],
  'shard.index': ['--shard.total=9'],
}

// As from a socket unit of systemd.
const handedOver = { LISTEN_PID: '0', LISTEN_FDS: '1' }

describe.each(rows)('--%s (%s)', (flag, variable, read, byDefault, given, expected, other) => {
  const config = async (args: readonly string[], environment: Record<string, string> = {}) => {
    const isGiven = args.length > 0 || Object.values(environment).some((text) => text !== '')
    return await read(
      configured([...args, ...(isGiven ? (companions[flag] ?? []) : [])], {
        ...handedOver,
        ...environment,
      }),
    )
  }

  test('has its default', async () => {
    expect(await config([])).toEqual(byDefault)
  })

  test('is read from the environment', async () => {
    expect(await config([], { [variable]: given })).toEqual(expected)
  })

  test.each([
    ['two dashes and an equals sign', [`--${flag}=${given}`]],
    ['two dashes and a blank', [`--${flag}`, given]],
    ['one dash and an equals sign', [`-${flag}=${given}`]],
    ['one dash and a blank', [`-${flag}`, given]],
  ])('is read from the command line with %s', async (_name, args) => {
    expect(await config(args)).toEqual(expected)
  })

  test('on the command line beats the environment', async () => {
    expect(await config([`--${flag}=${given}`], { [variable]: other })).toEqual(expected)
  })

  test('is read from the variable with the prefix', async () => {
    expect(
      await config([], { [`REDIS_EXPORTER_${variable.replace(/^REDIS_EXPORTER_/, '')}`]: given }),
    ).toEqual(expected)
  })

  test('counts as absent when the variable is empty', async () => {
    expect(await config([], { [variable]: '' })).toEqual(byDefault)
  })
})

test('the table above knows every flag and every variable that collectors do not declare', () => {
  const ours = Object.values<Option>(options)
  const all = Object.values(allOptions(allCollectors))
  const flags = new Set(rows.map(([flag]) => flag))
  const variables = new Set(rows.map(([, variable]) => variable))

  expect(ours.flatMap((one) => one.flags).filter((flag) => !flags.has(flag))).toEqual([])
  expect(ours.flatMap(({ env }) => env).filter((variable) => !variables.has(variable))).toEqual([])
  const known = new Set(all.flatMap((one) => one.flags))
  expect([...flags].filter((flag) => !known.has(flag))).toEqual([])
})

test.each([['REDIS_EXPORTER_NAMESPACE', 'NAMESPACE', 'one', namespace, 'two', 'one']] as const)(
  '%s beats %s',
  (first, second, value, read, other, expected) => {
    expect(read(configured([], { [first]: value, [second]: other }))).toBe(expected)
  },
)

function namespace(config: Config): unknown {
  return config.namespace
}
