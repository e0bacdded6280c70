import { describe, expect, it } from 'vitest'
import { allOptions } from '../../src/config/all-options.ts'
import type { Option } from '../../src/options/option.ts'
import { eventually } from '../support/eventually.ts'
import { type ExporterOptions, startExporter } from '../support/exporter.ts'
import type { Family } from '../support/exposition.ts'
import { peerVersion, startPeerExporter } from '../support/peer-exporter.ts'
import { peerOptions, referenceOptions } from '../support/peer-options.ts'
import { allCollectors } from '../support/registry.ts'
import { type Comparison, compare, idleExceptions, textOf } from '../support/side-by-side.ts'
import { type OptionsCase, optionsCases } from '../support/side-by-side-cases.ts'
import { ofALivingServer, ofOptions, ofTheProgram } from '../support/side-by-side-exceptions.ts'
import { readInTurns } from '../support/side-by-side-readings.ts'
import { filledServer } from '../support/side-by-side-servers.ts'
import { togetherCases } from '../support/side-by-side-together.ts'

const asOftenAsMayBe = { POLL_INTERVAL: '1s', SCAN_INTERVAL: '1s', SCAN_MAX_LOAD: '0' }

const theirOptions = await peerOptions()
const exceptions = [...ofTheProgram, ...ofALivingServer, ...ofOptions]
const namesOf = ({ options, files = [] }: OptionsCase) => [...Object.keys(options), ...files]
const isTheirs = (one: OptionsCase) => namesOf(one).every((name) => theirOptions.has(name))
const cases = optionsCases.filter(isTheirs)
// Variables are given many at a time, and each that is left in the case that names it first.
const asVariablesToo = firstUses([...togetherCases.filter(isTheirs), ...cases])
const comparisons: Comparison[] = []

// Each pair has a server of its own, so that they do not see each other's work.
describe.concurrent.each([
  ['flags', asFlags, cases],
  ['variables', asVariables, asVariablesToo],
] as const)('given as %s, both exporters serve the same', (form, give, some) => {
  it.each(some.map((one) => [titleOf(one), one] as const))('%s', async (title, one) => {
    await using server = await (one.server ?? filledServer)()
    const given = give(
      ['redis.addr', ...namesOf(one)].map((name) => ({
        name,
        value: one.options[name] ?? server.options[name] ?? '',
      })),
    )
    await using ours = await startExporter({ ...given, env: { ...asOftenAsMayBe, ...given.env } })
    await using theirs = await startPeerExporter(given)
    // Its own commands become series at its first scrape.
    await theirs.metrics()

    const { readings, comparison } = await eventually(
      async () => {
        const readings = await readInTurns(ours, theirs, one.options.namespace, one.namesTarget)
        const comparison = compare(readings, [...exceptions, ...(one.exceptions ?? [])])
        expect(comparison.differences).toEqual([])
        return { readings, comparison }
      },
      { within: 200_000 },
    )

    comparisons.push(comparison)
    expect(idleExceptions(one.exceptions ?? [], comparison.needed)).toEqual([])
    const { families, series } = comparison
    console.log(`${form}, ${title}: ${families.size} families with ${series.size} series compared`)
    for (const served of [readings.theirs, readings.after]) expectEffect(served, one)
  })
})

describe('the comparison is complete', () => {
  const supported: readonly Option[] = Object.values(allOptions(allCollectors)).filter(
    (option) => !('refused' in option),
  )
  const ours = new Set(supported.flatMap(({ flags }): readonly string[] => flags))

  it('every option that both exporters have is compared, or has no part in the metrics', () => {
    const compared = new Set(['redis.addr', 'web.listen-address', ...cases.flatMap(namesOf)])
    const common = [...theirOptions].filter((name) => ours.has(name))

    expect(common.length).toBeGreaterThan(30)
    expect(common.filter((name) => !compared.has(name) && !comparedElsewhere.has(name))).toEqual([])
  })

  it('the Go exporter is of a release that knows all options but one', () => {
    const unknown = referenceOptions
      .map(({ flag }) => flag)
      .filter((flag) => !theirOptions.has(flag))

    console.log(`compared with the Go exporter ${peerVersion()}`)
    expect(['tls-server-name']).toEqual(expect.arrayContaining(unknown))
  })

  it('no exception stands for nothing', () => {
    const families = union(comparisons.map((one) => one.families))
    const series = union(comparisons.map((one) => one.series))
    console.log(
      `${comparisons.length} comparisons: ${families.size} families with ${series.size} series`,
    )

    const needed = union(comparisons.map((one) => one.needed))
    expect(idleExceptions(exceptions, needed)).toEqual([])
  })

  it('every option of a case is one of ours', () => {
    expect(
      [...optionsCases, ...togetherCases].flatMap(namesOf).filter((name) => !ours.has(name)),
    ).toEqual([])
  })
})

// They concern time, logs and paths, or a Sentinel and the answer to who asks for the nodes of a
// cluster, with which other tests compare them.
const comparedElsewhere = new Set([
  ...['connection-timeout', 'debug', 'log-level', 'log-format', 'version', 'web.telemetry-path'],
  ...['include-sentinel-peer-info', 'redis.password-file', 'disable-scrape-endpoint'],
  'cluster-discover-hostnames',
  ...['basic-auth-username', 'basic-auth-password', 'basic-auth-hash-password'],
  ...['cert-file', 'key-file', 'ca-cert-file', 'min-version'].map((name) => `tls-server-${name}`),
])

/** The cases that name an option for the first time. */
function firstUses(cases: readonly OptionsCase[]): readonly OptionsCase[] {
  const used = new Set<string>()
  return cases.filter((one) => {
    const isFirst = namesOf(one).some((name) => !used.has(name))
    for (const name of namesOf(one)) used.add(name)
    return isFirst
  })
}

function union<T>(sets: readonly ReadonlySet<T>[]): ReadonlySet<T> {
  return new Set(sets.flatMap((set) => [...set]))
}

function titleOf({ options, files = [], on }: OptionsCase): string {
  const words = [...Object.entries(options).map((pair) => pair.join('=')), ...files]
  const given = words.length > 8 ? `${words.length} options` : words.join(' ')
  return `${given || 'no options'}${on === undefined ? '' : ` on ${on}`}`
}

interface Given {
  readonly name: string
  readonly value: string
}

function asFlags(given: readonly Given[]): ExporterOptions {
  return { args: given.map(({ name, value }) => `-${name}=${value}`) }
}

function asVariables(given: readonly Given[]): ExporterOptions {
  const variableOf = (name: string) =>
    referenceOptions.find(({ flag }) => flag === name)?.env ?? name
  return { env: Object.fromEntries(given.map(({ name, value }) => [variableOf(name), value])) }
}

function expectEffect(served: readonly Family[], { serves = [], lacks = [] }: OptionsCase): void {
  const texts = served.flatMap(({ samples }) => samples.map((sample) => textOf(sample)))
  const isServed = (pattern: RegExp) => texts.some((text) => pattern.test(text))
  expect(serves.filter((pattern) => !isServed(pattern))).toEqual([])
  expect(lacks.filter(isServed)).toEqual([])
}
