import { distributionFaults } from './distribution-faults.ts'
import type { FamilyType, Line, Sample } from './exposition-lines.ts'

type SampleLine = Extract<Line, { kind: 'sample' }>

/** Finds what is wrong in lines that are well-formed each by itself. */
export function findFaults(
  lines: readonly Line[],
  familyOf: (line: Line) => string,
): readonly string[] {
  const families = new Map<string, Line[]>()
  const faults: string[] = []
  let current: string | undefined
  for (const line of lines) {
    const name = familyOf(line)
    const own = families.get(name) ?? []
    if (own.length > 0 && name !== current) {
      faults.push(`line ${line.number}: family ${name} goes on after another family`)
    }
    own.push(line)
    families.set(name, own)
    current = name
  }
  return [
    ...faults,
    ...seriesFaults(lines),
    ...[...families].flatMap(([name, own]) => [
      ...headerFaults(name, own),
      ...valueFaults(name, own),
    ]),
  ]
}

/** A series is a name with its labels, in whatever order these stand. */
export function seriesOf({ name, labels }: Sample): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))
  return `${name}{${sorted.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}}`
}

function seriesFaults(lines: readonly Line[]): readonly string[] {
  const seen = new Set<string>()
  const faults: string[] = []
  for (const { number, sample } of lines.filter((line) => line.kind === 'sample')) {
    const series = seriesOf(sample)
    if (seen.has(series)) {
      faults.push(`line ${number}: series ${series} is given twice`)
    }
    seen.add(series)
    const reserved = Object.keys(sample.labels).find((name) => name.startsWith('__'))
    if (reserved !== undefined) {
      faults.push(`line ${number}: label ${reserved} is reserved for Prometheus`)
    }
  }
  return faults
}

function headerFaults(name: string, lines: readonly Line[]): readonly string[] {
  const faults: string[] = []
  const seen = new Set<Line['kind']>()
  for (const { kind, number } of lines) {
    const word = kind.toUpperCase()
    if (kind !== 'sample' && seen.has(kind)) {
      faults.push(`line ${number}: second ${word} of family ${name}`)
    }
    if (kind !== 'sample' && seen.has('sample')) {
      faults.push(`line ${number}: ${word} of family ${name} after its samples`)
    }
    seen.add(kind)
  }
  if (!seen.has('type')) {
    faults.push(`line ${lines[0]?.number}: family ${name} has no TYPE`)
  }
  return faults
}

function valueFaults(name: string, lines: readonly Line[]): readonly string[] {
  const type: FamilyType = lines.find((line) => line.kind === 'type')?.type ?? 'untyped'
  const samples = lines.filter((line) => line.kind === 'sample')
  if (type === 'counter') {
    return samples.filter(isImpossibleCounter).map(({ number, sample }) => {
      return `line ${number}: counter ${seriesOf(sample)} is ${sample.value}`
    })
  }
  return type === 'histogram' || type === 'summary' ? distributionFaults(name, type, samples) : []
}

function isImpossibleCounter({ sample }: SampleLine): boolean {
  return !(sample.value >= 0)
}
