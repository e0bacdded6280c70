import { type Line, readNumber, type Sample } from './exposition-lines.ts'

type SampleLine = Extract<Line, { kind: 'sample' }>

/** Finds what is wrong with the samples of one histogram or summary family. */
export function distributionFaults(
  family: string,
  type: 'histogram' | 'summary',
  lines: readonly SampleLine[],
): readonly string[] {
  const boundLabel = type === 'histogram' ? 'le' : 'quantile'
  const boundName = type === 'histogram' ? `${family}_bucket` : family
  const stray = lines.filter(({ name, sample }) => {
    const hasBound = sample.labels[boundLabel] !== undefined
    return hasBound !== (name === boundName) || !isPart(name, family, boundName)
  })
  const faults = stray.map(({ number, name }) => {
    return `line ${number}: ${name} is no proper part of ${type} ${family}`
  })
  const groups = groupBy(
    lines.filter((line) => !stray.includes(line)).map(({ sample }) => sample),
    (sample) => otherLabels(sample, boundLabel),
  )
  for (const [labels, samples] of groups) {
    const found = [
      ...partFaults(family, type, samples),
      ...boundFaults(samples, boundName, boundLabel),
      ...(type === 'histogram' ? bucketFaults(family, samples) : []),
    ]
    faults.push(...found.map((fault) => `${type} ${family}${labels}: ${fault}`))
  }
  return faults
}

function isPart(name: string, family: string, boundName: string): boolean {
  return [boundName, `${family}_sum`, `${family}_count`].includes(name)
}

// A histogram may come without its sum: Redis tells buckets and sums apart.
function partFaults(
  family: string,
  type: 'histogram' | 'summary',
  samples: readonly Sample[],
): readonly string[] {
  return [...(type === 'summary' ? [`${family}_sum`] : []), `${family}_count`]
    .filter((part) => !samples.some(({ name }) => name === part))
    .map((part) => `no ${part}`)
}

function boundFaults(samples: readonly Sample[], name: string, label: string): readonly string[] {
  const bounds = samples.filter((sample) => sample.name === name).map((s) => s.labels[label] ?? '')
  try {
    const numbers = bounds.map(readNumber)
    const rising = numbers.every((bound, index) => bound > (numbers[index - 1] ?? -Infinity))
    return rising ? [] : [`${label} does not rise: ${bounds.join(' ')}`]
  } catch (error) {
    return [`${label} is no number: ${(error as Error).message}`]
  }
}

function bucketFaults(family: string, samples: readonly Sample[]): readonly string[] {
  const buckets = samples.filter(({ name }) => name === `${family}_bucket`)
  const count = samples.find(({ name }) => name === `${family}_count`)?.value
  const faults: string[] = []
  const falls = buckets.some(({ value }, index) => !(value >= (buckets[index - 1]?.value ?? 0)))
  if (falls) {
    faults.push(`buckets do not add up: ${buckets.map(({ value }) => value).join(' ')}`)
  }
  const last = buckets.find(({ labels }) => labels.le === '+Inf')
  if (last === undefined) {
    faults.push('no bucket +Inf')
  } else if (count !== undefined && last.value !== count) {
    faults.push(`bucket +Inf is ${last.value}, _count is ${count}`)
  }
  return faults
}

function otherLabels({ labels }: Sample, without: string): string {
  const others = Object.entries(labels).filter(([name]) => name !== without)
  const sorted = others.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}}`
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) {
      groups.set(key, [item])
    } else {
      group.push(item)
    }
  }
  return groups
}
