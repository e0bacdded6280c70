import { type ExtraLabels, header, labelPairs, seriesText } from './encode.ts'
import {
  type EncodeBody,
  type EncodedBody,
  encodeBody,
  pieceBytes,
  storeBody,
} from './encoded-body.ts'
import { type Metric, type Sample, seriesOf } from './metric.ts'

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
  /** How many series were added so far. */
  series(): number
  /** All families by their names without the namespace. Nothing may be added after that. */
  finish(): Promise<ReadonlyMap<string, FamilyLines>>
}

/**
 * Characters at which lines become bytes. Until then they are thousands of small strings, which
 * each collection of garbage would have to copy.
 */
const chunkCharacters = 8 * 1024

/**
 * Makes an encoder that turns text into bytes piece by piece and compresses them off the event
 * loop, one after the other: the threads that do it are those that polls need too. Series that come
 * twice are not noticed. `extraLabels` are added to every series.
 */
export function createFamilyEncoder(
  namespace: string,
  extraLabels: ExtraLabels | undefined = () => ({}),
  encodePiece: EncodeBody = encodeBody,
): FamilyEncoder {
  const families = new Map<string, OpenFamily>()
  let series = 0
  let compressing: Promise<unknown> = Promise.resolve()

  function closeChunk(family: OpenFamily): void {
    const chunk = Buffer.from(family.text)
    family.text = ''
    family.chunks.push(chunk)
    family.bytes += chunk.length
    if (family.bytes >= pieceBytes) closePiece(family)
  }
  function closePiece(family: OpenFamily): void {
    const plain = Buffer.concat(family.chunks)
    family.chunks = []
    family.bytes = 0
    const piece = compressing.then(() => encodePiece(plain))
    family.pieces.push(piece)
    compressing = piece
  }
  function open(metric: Metric): OpenFamily {
    const name = `${namespace}_${metric.name}`
    const family = {
      name,
      metric,
      extraPairs: labelPairs(extraLabels(metric)),
      text: '',
      chunks: [],
      bytes: 0,
      pieces: [],
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
        family.text += seriesText(family.name, sample, family.extraPairs)
        family.series += ofSample
        series += ofSample
        if (family.text.length >= chunkCharacters) closeChunk(family)
      }
    },
    series: () => series,
    async finish() {
      const closed = [...families].map(async ([name, family]) => {
        if (family.text !== '') closeChunk(family)
        if (family.bytes > 0) closePiece(family)
        return [name, await close(family)] as const
      })
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

interface OpenFamily {
  /** With the namespace. */
  readonly name: string
  readonly metric: Metric
  readonly extraPairs: string
  /** The lines since the last chunk. */
  text: string
  /** The chunks since the last piece, and their length. */
  chunks: Buffer[]
  bytes: number
  pieces: Promise<EncodedBody>[]
  series: number
}

async function close({ name, metric, pieces, series }: OpenFamily): Promise<FamilyLines> {
  const opening = storeBody(header(name, metric))
  return { metric, header: opening, bodies: await Promise.all(pieces), series }
}
