import { eventually } from './eventually.ts'
import type { Exporter } from './exporter.ts'
import { type Family, type Sample, sampleValue } from './exposition.ts'

/** What the one exporter served before and after the other was read. */
export interface Readings {
  readonly before: readonly Family[]
  readonly theirs: readonly Family[]
  readonly after: readonly Family[]
}

/** Where and why ours may differ from theirs. */
export interface Exception {
  /** Stands for the names of families. */
  readonly families: RegExp
  /** Limits it to some series. */
  readonly series?: (sample: Sample) => boolean
  readonly because: string
  readonly allows:
    | 'absence'
    | 'another type'
    /** Labels that we have besides. */
    | { readonly moreLabels: readonly string[] }
    | 'any labels and value'
    | 'any value'
    /** The value may lie so far from what we served before and after. */
    | { readonly distance: number }
}

export interface Comparison {
  /** One sentence for each; none when the two agree. */
  readonly differences: readonly string[]
  readonly families: number
  readonly series: number
}

/** Reads ours, theirs and ours again, each of ours from a poll that began after the call before. */
export async function readInTurns(ours: Exporter, theirs: Exporter): Promise<Readings> {
  return {
    before: await nextSnapshot(ours),
    theirs: await theirs.metrics(),
    after: await nextSnapshot(ours),
  }
}

/** Whether ours serves every family of theirs with its type, labels and values. */
export function compare(readings: Readings, exceptions: readonly Exception[]): Comparison {
  const differences: string[] = []
  let families = 0
  let series = 0
  for (const their of readings.theirs) {
    const own = exceptions.filter((exception) => exception.families.test(their.name))
    if (own.some(({ allows }) => allows === 'absence')) {
      continue
    }
    families += 1
    series += their.samples.length
    differences.push(...compareFamily(their, readings, own))
  }
  return { differences, families, series }
}

function compareFamily(
  their: Family,
  { before, after }: Readings,
  exceptions: readonly Exception[],
): readonly string[] {
  const [first, second] = [before, after].map((all) => all.find(({ name }) => name === their.name))
  if (first === undefined || second === undefined) {
    return [`${their.name} is missing`]
  }
  const typeMayDiffer = exceptions.some(({ allows }) => allows === 'another type')
  const faults = typeMayDiffer || first.type === their.type ? [] : [wrongType(first, their)]
  for (const sample of their.samples) {
    const own = exceptions.filter(({ series }) => series === undefined || series(sample))
    faults.push(...compareSample(sample, first, second, own))
  }
  return faults
}

function wrongType(ours: Family, theirs: Family): string {
  return `${theirs.name} is a ${ours.type}, theirs is a ${theirs.type}`
}

function compareSample(
  their: Sample,
  before: Family,
  after: Family,
  exceptions: readonly Exception[],
): readonly string[] {
  const allowances = exceptions.map(({ allows }) => allows)
  if (allowances.includes('any labels and value')) {
    return []
  }
  const [more = []] = allowances.flatMap((one) =>
    typeof one === 'object' && 'moreLabels' in one ? [one.moreLabels] : [],
  )
  const values = [before, after].map((family) => findValue(family, their, more))
  const [from, to] = values
  if (from === undefined || to === undefined) {
    return [`${describe(their)} is missing`]
  }
  const [distance = 0] = allowances.flatMap((one) =>
    typeof one === 'object' && 'distance' in one ? [one.distance] : [],
  )
  const fits =
    allowances.includes('any value') ||
    (their.value >= Math.min(from, to) - distance && their.value <= Math.max(from, to) + distance)
  return fits ? [] : [`${describe(their)} is ${from}, then ${to}; theirs is ${their.value}`]
}

/** The value of our series with exactly these labels, and those that we may have besides. */
function findValue(family: Family, their: Sample, more: readonly string[]): number | undefined {
  const wanted = describe(their)
  return family.samples.find(({ name, labels }) => {
    const own = Object.entries(labels).filter(([label]) => !more.includes(label))
    return describe({ name, labels: Object.fromEntries(own) }) === wanted
  })?.value
}

function describe({ name, labels }: Pick<Sample, 'name' | 'labels'>): string {
  const sorted = Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1))
  return `${name}{${sorted.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(',')}}`
}

async function nextSnapshot(exporter: Exporter): Promise<readonly Family[]> {
  const asked = Date.now() / 1e3
  return await eventually(
    async () => {
      const families = await exporter.metrics()
      const taken = sampleValue(families, 'redis_exporter_snapshot_timestamp_seconds')
      if (taken === undefined || taken < asked) {
        throw new Error('no poll has ended that began after the question')
      }
      return families
    },
    { every: 50 },
  )
}
