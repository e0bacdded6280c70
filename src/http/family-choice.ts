import { pollMetrics } from '../metrics/poll-metrics.ts'
import { targetMetrics } from '../metrics/target-counts.ts'
import { walkMetrics } from '../metrics/walk-metrics.ts'
import type { FamilyChoice } from '../poller/joined-targets.ts'

/** A collector, with the names of all families that it may give; one that ends in `*` stands for many. */
export interface CollectorFamilies {
  readonly name: string
  readonly metrics: readonly { readonly name: string }[]
}

/** What the exporter tells of each target is told whatever was chosen: whether it is up is part of it. */
const always = [pollMetrics, targetMetrics, walkMetrics].flatMap((group) => Object.values(group))

/** Makes the choice of the families of some collectors; `namespace` leads the name of each. */
export function createFamilyChoices(
  namespace: string,
  collectors: readonly CollectorFamilies[],
): (names: readonly string[]) => FamilyChoice {
  return (names) => {
    const chosen = collectors.filter(({ name }) => names.includes(name))
    const all = [...always, ...chosen.flatMap(({ metrics }) => metrics)].map(
      ({ name }) => `${namespace}_${name}`,
    )
    const exact = new Set(all.filter((name) => !name.endsWith('*')))
    const beginnings = all.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1))
    return {
      key: chosen.map(({ name }) => name).join(),
      has: (family) => exact.has(family) || beginnings.some((one) => family.startsWith(one)),
    }
  }
}
