import { eventually } from './eventually.ts'
import type { Exporter } from './exporter.ts'
import { type Family, parseExposition } from './exposition.ts'

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
  const read = (bytes: Uint8Array) =>
    parseExposition(bytes).map((one) => inDefaultNamespace(one, namespace))
  const readOurs = async () => {
    const families = read(await nextResults(ours, namespace))
    return namesTarget ? ofOneTarget(families) : families
  }
  return {
    before: await readOurs(),
    theirs: read((await theirs.get('/metrics')).bytes),
    after: await readOurs(),
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

/** What is served when a poll and a walk have ended; to read all that comes until then would take long. */
async function nextResults(exporter: Exporter, namespace: string): Promise<Uint8Array> {
  const asked = Date.now() / 1e3
  return await eventually(
    async () => {
      const { body, bytes } = await exporter.get('/metrics')
      const served = (name: string) =>
        body.match(new RegExp(`^${namespace}_exporter_${name}(?:\\{.*\\})? (\\S+)$`, 'm'))?.[1]
      const isNew = (what: string) => Number(served(`${what}_timestamp_seconds`) ?? 0) >= asked
      const scans = served('scan_running') !== undefined
      if (!isNew('snapshot') || (scans && !isNew('scan')))
        throw new Error('no poll or walk has ended that began after the question')
      return bytes
    },
    { every: 50 },
  )
}
