import type { Metric, Sample } from '../../src/metrics/metric.ts'

/** What a sample has that the metrics of its collector do not declare; nothing when all is well. */
export function undeclared(
  metrics: readonly Metric[],
  { metric, labels, value }: Sample,
): string[] {
  const declaration = metrics.find((one) => isName(one.name, metric.name))
  if (!declaration) return [`metric ${metric.name}`]
  const known = [...declaration.labels, ...declaration.optionalLabels]
  const faults = [
    ...declaration.labels.filter((label) => labels[label] === undefined).map(missing),
    ...Object.keys(labels).filter((label) => !known.includes(label)),
  ].map((label) => `label ${label} of ${metric.name}`)
  if (metric.type !== declaration.type) faults.push(`type ${metric.type} of ${metric.name}`)
  if (valueType(value) !== valueTypes[declaration.type]) faults.push(`value of ${metric.name}`)
  return faults
}

// A declared name that ends in * stands for all names that begin so.
function isName(declared: string, name: string): boolean {
  return declared.endsWith('*') ? name.startsWith(declared.slice(0, -1)) : name === declared
}

function missing(label: string): string {
  return `${label}, which is missing,`
}

const valueTypes = {
  gauge: 'number',
  counter: 'number',
  histogram: 'buckets',
  summary: 'quantiles',
}

function valueType(value: Sample['value']): string {
  if (typeof value === 'number') return 'number'
  return 'buckets' in value ? 'buckets' : 'quantiles'
}
