import { eventually } from './eventually.ts'
import type { Exporter } from './exporter.ts'
import { type Family, sampleValue } from './exposition.ts'

/** What the one exporter served before and after the other was read. */
export interface Readings {
  readonly before: readonly Family[]
  readonly theirs: readonly Family[]
  readonly after: readonly Family[]
}

/**
 * Reads ours, theirs and ours again, each of ours from a poll, and a walk where there are any, that
 * began after the call before. Names come as in the default namespace, and where ours names the one
 * target in its series, without that and without what it tells of the whole.
 */
export async function readInTurns(
  ours: Exporter,
  theirs: Exporter,
  namespace = 'redis',
  namesTarget = false,
): Promise<Readings> {
  const read = async (exporter: Exporter) => {
    const families = (await exporter.metrics()).map((one) => inDefaultNamespace(one, namespace))
    return namesTarget && exporter === ours ? ofOneTarget(families) : families
  }
  return {
    before: await nextResults(() => read(ours)),
    theirs: await read(theirs),
    after: await nextResults(() => read(ours)),
  }
}

function inDefaultNamespace(family: Family, namespace: string): Family {
  const rename = <T extends { readonly name: string }>(named: T): T =>
    named.name.startsWith(`${namespace}_`)
      ? { ...named, name: `redis_${named.name.slice(namespace.length + 1)}` }
      : named
  return { ...rename(family), samples: family.samples.map(rename) }
}

function ofOneTarget(families: readonly Family[]): readonly Family[] {
  return families
    .filter(({ name }) => !name.startsWith('redis_topology_'))
    .map((family) => ({
      ...family,
      samples: family.samples.map(({ labels: { target: _, ...labels }, ...sample }) => ({
        ...sample,
        labels,
      })),
    }))
}

async function nextResults(read: () => Promise<readonly Family[]>): Promise<readonly Family[]> {
  const asked = Date.now() / 1e3
  return await eventually(
    async () => {
      const families = await read()
      const isNew = (what: string) =>
        (sampleValue(families, `redis_exporter_${what}_timestamp_seconds`) ?? 0) >= asked
      const scans = sampleValue(families, 'redis_exporter_scan_running') !== undefined
      if (!isNew('snapshot') || (scans && !isNew('scan')))
        throw new Error('no poll or walk has ended that began after the question')
      return families
    },
    { every: 50 },
  )
}
