import { expect } from 'vitest'
import type { KeyCollector } from '../../src/collectors/keys/key-collector.ts'
import { encode } from '../../src/metrics/encode.ts'
import type { Sample } from '../../src/metrics/metric.ts'
import { checkExposition, type Family, parseExposition } from './exposition.ts'
import { familiesOf, polledTarget } from './polled-target.ts'
import { tinyWalk } from './tiny-walk.ts'

/** What a walk by one collector gives, as it is served. */
export async function walked(
  url: string,
  collector: KeyCollector,
  flags: readonly string[],
): Promise<readonly Family[]> {
  const { samples } = await tinyWalk(url, collector, { flags })
  return toFamilies(samples)
}

/** What a server gives that was polled before, where nothing fails. */
export async function polled(url: string, flags: readonly string[]): Promise<readonly Family[]> {
  using target = polledTarget(url, { flags })
  await target.poll()
  const result = await target.poll()
  expect(result.error ?? result.collectors.find(({ error }) => error)).toBeUndefined()
  return await familiesOf(result)
}

/** The values of a family, each with its key. */
export function valuesOf(families: readonly Family[], name: string): [string, number][] {
  const samples = families.find((family) => family.name === name)?.samples ?? []
  return samples.map(({ labels, value }) => [labels.key ?? '', value])
}

function toFamilies(samples: readonly Sample[]): readonly Family[] {
  const { text } = encode('redis', samples)
  expect(checkExposition(text)).toEqual([])
  return parseExposition(text)
}
