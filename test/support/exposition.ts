import { findFaults } from './exposition-faults.ts'
import {
  decodeBody,
  type FamilyType,
  type Line,
  readLines,
  type Sample,
} from './exposition-lines.ts'

export type { FamilyType, Sample } from './exposition-lines.ts'

/** A metric with its samples, as a body gives them. */
export interface Family {
  readonly name: string
  /** Untyped when the body does not say. */
  readonly type: FamilyType
  readonly help: string | undefined
  readonly samples: readonly Sample[]
}

/**
 * Reads a body of the Prometheus text format 0.0.4 into families, in the order of their first
 * lines. Anything malformed is an error. It shares no code with the encoder that it judges.
 */
export function parseExposition(body: string | Uint8Array): readonly Family[] {
  const lines = readLines(decodeBody(body))
  const familyOf = familyFinder(lines)
  const families = new Map<string, Line[]>()
  for (const line of lines) {
    const name = familyOf(line)
    const own = families.get(name)
    if (own === undefined) {
      families.set(name, [line])
    } else {
      own.push(line)
    }
  }
  return [...families].map(([name, own]) => ({
    name,
    type: own.find((line) => line.kind === 'type')?.type ?? 'untyped',
    help: own.find((line) => line.kind === 'help')?.help,
    samples: own.flatMap((line) => (line.kind === 'sample' ? [line.sample] : [])),
  }))
}

/**
 * Tells all that is wrong with a body, one sentence each; nothing when it is right. Beyond what
 * parseExposition refuses: series given twice, families split in two, TYPE or HELP twice or after
 * the samples, samples without a TYPE, and impossible counters, histograms and summaries.
 */
export function checkExposition(body: string | Uint8Array): readonly string[] {
  try {
    const lines = readLines(decodeBody(body))
    return findFaults(lines, familyFinder(lines))
  } catch (error) {
    return [(error as Error).message]
  }
}

/** The value of the first sample of this name that has these labels, perhaps among others. */
export function sampleValue(
  families: readonly Family[],
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  return families
    .flatMap((family) => family.samples)
    .find((sample) => sample.name === name && hasLabels(sample, labels))?.value
}

function hasLabels(sample: Sample, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(([name, value]) => sample.labels[name] === value)
}

/** The samples of histograms and summaries bear suffixes: the declared types tell which. */
function familyFinder(lines: readonly Line[]): (line: Line) => string {
  const types = new Map<string, FamilyType>()
  for (const line of lines) {
    if (line.kind === 'type') {
      types.set(line.name, line.type)
    }
  }
  return ({ kind, name }) => {
    const [, base, suffix] = /^(.+)_(bucket|sum|count)$/.exec(name) ?? []
    const type = kind === 'sample' && !types.has(name) && base ? types.get(base) : undefined
    const belongs = type === 'histogram' || (type === 'summary' && suffix !== 'bucket')
    return belongs && base !== undefined ? base : name
  }
}
