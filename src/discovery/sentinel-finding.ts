import type { WantedTarget } from '../targets/wanted-target.ts'
import type { FoundDeployment } from './deployments.ts'
import type { Finding } from './discovered.ts'
import type { Heard } from './heard-sentinels.ts'
import { answersFor } from './sentinel-groups.ts'
import {
  type Seeds,
  type SentinelAnswer,
  type SentinelSettings,
  sentinelFor,
  sentinelTargetsFor,
} from './sentinel-targets.ts'

/** What was found last, for another one that takes the place of this. */
export interface SentinelFinding<S> extends Finding<S> {
  /** Those of what is wanted that are Sentinels. */
  readonly sentinels: readonly WantedTarget<S>[]
  readonly deployments: readonly FoundDeployment[]
  /** The addresses of Sentinels by their ids: one may be configured by another than it announces. */
  readonly ids: ReadonlyMap<string, string>
  readonly heard: ReadonlyMap<string, Heard<S>>
}

/**
 * What was found, with what those have of their own that are configured now. It is wanted until there is
 * an answer; asked are those alone that belong with who is configured now, since deployments that are not
 * would name each other for ever.
 */
export function sentinelFindingFor<S extends SentinelSettings>(
  seeds: Seeds<S>,
  before: SentinelFinding<S>,
): SentinelFinding<S> {
  if (before.foundAt === undefined)
    return { ...before, wanted: before.wanted.length > 0 ? seeds : [], sentinels: seeds }
  const places = new Set(before.sentinels.map(({ address }) => address))
  const data = before.wanted.filter(({ address }) => !places.has(address))
  const found = sentinelTargetsFor(seeds, { sentinels: before.sentinels, data })
  const heard = heardFor(seeds, before)
  return {
    ...before,
    wanted: [...found.sentinels, ...found.data],
    sentinels: found.sentinels.filter((one) => seeds.includes(one) || heard.has(one.address)),
    heard,
  }
}

function heardFor<S extends SentinelSettings>(
  seeds: Seeds<S>,
  { heard, ids }: SentinelFinding<S>,
): ReadonlyMap<string, Heard<S>> {
  const ours = new Set(
    answersFor(
      seeds,
      [...heard.values()].map(({ said }) => said),
      ids,
    ),
  )
  const anew = (answer: SentinelAnswer<S>) => ({
    ...answer,
    target: sentinelFor(seeds, answer.target),
  })
  return new Map(
    [...heard].flatMap(([address, one]) =>
      ours.has(one.said)
        ? [[address, { ...one, said: anew(one.said), answer: anew(one.answer) }] as const]
        : [],
    ),
  )
}
