import { type ExtraLabels, header, labelPairs, seriesText, type WrittenSeries } from './encode.ts'
import { type EncodedBody, keptWhole, type PieceEncoder, storeBody } from './encoded-body.ts'
import { type Metric, type Sample, seriesOf } from './metric.ts'
import { createPieces, type Pieces } from './pieces.ts'

/** Series of one family, ready to be served in one block with others of the same family. */
export interface FamilyLines {
  readonly metric: Metric
  /** The HELP and TYPE lines, which stand once before all lines of the family. */
  readonly header: EncodedBody
  /** The lines of the series in pieces, without the header. */
  readonly bodies: readonly EncodedBody[]
  readonly series: number
}

/** Encodes samples as they come, for results too large to be encoded in one go. */
export interface FamilyEncoder {
  /**
   * Takes in the next samples, of any families. Takes about a millisecond for a thousand, so
   * whoever feeds it many must let the event loop turn between two calls.
   */
  add(samples: Iterable<Sample>): void
  /** The same of series that were written with the same namespace and labels. */
  addWritten(series: WrittenSeries): void
  /** How many series were added so far. */
  series(): number
  /** All families by their names without the namespace. Nothing may be added after that. */
  finish(): Promise<ReadonlyMap<string, FamilyLines>>
}

/**
 * Makes an encoder that turns text into bytes piece by piece and compresses them off the event
 * loop, one after the other. Series that come twice are not noticed. `extraLabels` are added to every
 * series.
 */
export function createFamilyEncoder(
  namespace: string,
  extraLabels: ExtraLabels | undefined = () => ({}),
  encoder: PieceEncoder = keptWhole,
): FamilyEncoder {
  const families = new Map<string, OpenFamily>()
  let series = 0
  const compressing = { last: Promise.resolve() }

  function open(metric: Metric): OpenFamily {
    const name = `${namespace}_${metric.name}`
    const family = {
      name,
      metric,
      extraPairs: labelPairs(extraLabels(metric)),
      pieces: createPieces(encoder, compressing),
      series: 0,
    }
    families.set(metric.name, family)
    return family
  }

  return {
    add(samples) {
      for (const sample of samples) {
        const family = families.get(sample.metric.name) ?? open(sample.metric)
        const ofSample = seriesOf(sample)
        family.pieces.add(seriesText(family.name, sample, family.extraPairs))
        family.series += ofSample
        series += ofSample
      }
    },
    addWritten(written) {
      const family = families.get(written.metric.name) ?? open(written.metric)
      for (const text of [...written.chunks, written.rest]) family.pieces.add(text)
      family.series += written.series
      series += written.series
    },
    series: () => series,
    async finish() {
      const closed = [...families].map(
        async ([name, family]) => [name, await close(family)] as const,
      )
      return new Map(await Promise.all(closed))
    },
  }
}

/**
 * Puts the lines of several sources together: families by name, the header once, then the lines of
 * all. A series must not be in two of them.
 */
export function joinFamilies(
  sources: readonly ReadonlyMap<string, FamilyLines>[],
): readonly EncodedBody[] {
  const names = new Set(sources.flatMap((families) => [...families.keys()]))
  return [...names].sort().flatMap((name) => {
    const parts = sources.flatMap((families) => families.get(name) ?? [])
    return [...parts.slice(0, 1).map((one) => one.header), ...parts.flatMap((one) => one.bodies)]
  })
}

/** The lines of all families, without the headers. */
export function bodiesOf(families: ReadonlyMap<string, FamilyLines>): readonly EncodedBody[] {
  return [...families.values()].flatMap((family) => family.bodies)
}

interface OpenFamily {
  /** With the namespace. */
  readonly name: string
  readonly metric: Metric
  readonly extraPairs: string
  readonly pieces: Pieces
  series: number
}

async function close({ name, metric, pieces, series }: OpenFamily): Promise<FamilyLines> {
  const opening = storeBody(header(name, metric))
  return { metric, header: opening, bodies: await pieces.finish(), series }
}
