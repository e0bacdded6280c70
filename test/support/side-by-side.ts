import type { Family, Sample } from './exposition.ts'
import type { Readings } from './side-by-side-readings.ts'

/** Where and why ours may differ from theirs. */
export interface Exception {
  /** Stands for the names of families. */
  readonly families: RegExp
  /** Limits it to some series. */
  readonly series?: (sample: Sample) => boolean
  readonly because: string
  readonly allows: /** They have it and we do not. */
    | 'absence'
    /** We have it and they do not. */
    | 'presence'
    | 'another type'
    | 'any labels and value'
    | 'any value'
    /** The value may lie so far from what we served before and after. */
    | { readonly distance: number }
}

export interface Comparison {
  /** One sentence for each; none when the two agree. */
  readonly differences: readonly string[]
  /** The names of the families that both have. */
  readonly families: ReadonlySet<string>
  /** The series that both have, as text. */
  readonly series: ReadonlySet<string>
  /** The exceptions that stand for something here. */
  readonly needed: ReadonlySet<Exception>
}

/** Whether both serve the same families with the same types, labels and values. */
export function compare(readings: Readings, exceptions: readonly Exception[]): Comparison {
  const differences: string[] = []
  const families = new Set<string>()
  const series = new Set<string>()
  const needed = new Set<Exception>()
  for (const name of new Set([...readings.theirs, ...readings.after].map(({ name }) => name))) {
    const own = exceptions.filter((exception) => exception.families.test(name))
    const result = compareFamily(familyOf(readings, name), permissions(own, needed))
    differences.push(...result.faults)
    for (const text of result.series) series.add(text)
    if (result.series.length > 0) families.add(name)
  }
  return { differences, families, series, needed }
}

/** The exceptions that stand for nothing. */
export function idleExceptions(
  exceptions: readonly Exception[],
  needed: ReadonlySet<Exception>,
): readonly Exception[] {
  return exceptions.filter((one) => !needed.has(one))
}

/** What exceptions permit; whoever asks takes note of those that are needed. */
interface Permissions {
  allow(what: Exception['allows'], sample?: Sample): boolean
  distance(sample: Sample): number
}

function permissions(exceptions: readonly Exception[], needed: Set<Exception>): Permissions {
  const isFor = ({ series }: Exception, sample: Sample | undefined) =>
    series === undefined || sample === undefined || series(sample)
  return {
    allow(what, sample) {
      const found = exceptions.filter((one) => one.allows === what && isFor(one, sample))
      for (const one of found) needed.add(one)
      return found.length > 0
    },
    distance(sample) {
      const distances = exceptions.flatMap((one) => {
        const { allows } = one
        if (typeof allows !== 'object' || !('distance' in allows) || !isFor(one, sample)) return []
        needed.add(one)
        return allows.distance
      })
      return Math.max(0, ...distances)
    },
  }
}

interface FamilyReadings {
  readonly name: string
  readonly before: Family | undefined
  readonly theirs: Family | undefined
  readonly after: Family | undefined
}

function familyOf(readings: Readings, name: string): FamilyReadings {
  const find = (families: readonly Family[]) => families.find((family) => family.name === name)
  const { before, theirs, after } = readings
  return { name, before: find(before), theirs: find(theirs), after: find(after) }
}

function compareFamily({ name, before, theirs, after }: FamilyReadings, may: Permissions) {
  const faults: string[] = []
  const series: string[] = []
  const [from, their, to] = [before, theirs, after].map((family) => seriesOf(family))
  for (const [text, sample] of new Map([...(their ?? []), ...(to ?? [])])) {
    if (may.allow('any labels and value', sample)) continue
    const values = [from, their, to].map((samples) => samples?.get(text)?.value)
    if (!values.includes(undefined)) series.push(text)
    const fault = compareValues(sample, values, may)
    if (fault !== undefined) faults.push(`${text} ${fault}`)
  }
  if (!theirs || !after)
    return { series, faults: faults.length > 0 ? [`${name} ${onlyOf(theirs)}`] : [] }
  if (theirs.type !== after.type && !may.allow('another type'))
    faults.push(`${name} is a ${after.type}, theirs is a ${theirs.type}`)
  return { series, faults }
}

function compareValues(
  sample: Sample,
  [before, theirs, after]: readonly (number | undefined)[],
  may: Permissions,
): string | undefined {
  if (theirs === undefined) {
    // What came up after theirs was read is no difference.
    return before === undefined || may.allow('presence', sample) ? undefined : onlyOf(theirs)
  }
  // A bucket or a command may come up between the readings, and has counted from 0.
  const start = before ?? (/_(bucket|count|sum|total)$/.test(sample.name) ? 0 : undefined)
  if (start === undefined || after === undefined)
    return may.allow('absence', sample) ? undefined : onlyOf(theirs)
  if (may.allow('any value', sample) || liesBetween(theirs, start, after, may.distance(sample)))
    return undefined
  return `is ${before}, then ${after}; theirs is ${theirs}`
}

function onlyOf(theirs: unknown): string {
  return theirs === undefined ? 'is only ours' : 'is missing'
}

function liesBetween(value: number, start: number, end: number, distance: number): boolean {
  if (Number.isNaN(value)) return Number.isNaN(start) && Number.isNaN(end)
  return value >= Math.min(start, end) - distance && value <= Math.max(start, end) + distance
}

function seriesOf(family: Family | undefined): ReadonlyMap<string, Sample> {
  return new Map(family?.samples.map((sample) => [textOf(sample), sample]))
}

/** A series as text, its labels in order. */
export function textOf({ name, labels }: Sample): string {
  const sorted = Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1))
  return `${name}{${sorted.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(',')}}`
}
