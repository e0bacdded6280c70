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
 * began after the call before. Names come as in the default namespace.
 */
export async function readInTurns(
  ours: Exporter,
  theirs: Exporter,
  namespace = 'redis',
): Promise<Readings> {
  const read = async (exporter: Exporter) =>
    (await exporter.metrics()).map((family) => inDefaultNamespace(family, namespace))
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
