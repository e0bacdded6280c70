import { isSliceOver, nextSlice } from '../yielding.ts'
import { label } from './encode.ts'

/** What is served of one target, with the labels that set its series apart. */
export interface TargetText {
  /** As pairs of the text format; none where its series stay as they are. */
  readonly pairs: readonly string[]
  /** The text in pieces, each of whole lines. */
  readonly pieces: readonly Buffer[]
}

/** The labels of a target as pairs of the text format, its name first. */
export function targetPairs(
  nameLabel: string,
  name: string,
  labels: Readonly<Record<string, string>>,
): readonly string[] {
  return [label(nameLabel, name), ...Object.entries(labels).map((pair) => label(...pair))]
}

/** Large enough to compress well, and compressed in well below a millisecond. */
const pieceBytes = 96 * 1024

/**
 * Writes several targets as one text, in pieces: families by name, each once, and in every series the
 * labels of its target. Nothing is made that is not given out, and the event loop is not held. The
 * lines are read as bytes: as strings they would take four times as long.
 */
export async function* joinTargets(
  targets: Iterable<TargetText>,
  isWanted: (family: string) => boolean = () => true,
): AsyncGenerator<Buffer> {
  const families = new Map<string, Family>()
  for (const target of targets)
    for (const _step of addTarget(families, target, isWanted)) if (isSliceOver()) await nextSlice()
  let piece: Buffer[] = []
  let length = 0
  for (const name of [...families.keys()].sort()) {
    for (const chunk of chunksOf(families.get(name))) {
      piece.push(chunk)
      length += chunk.length
      if (length < pieceBytes) continue
      yield Buffer.concat(piece)
      piece = []
      length = 0
      if (isSliceOver()) await nextSlice()
    }
    // What was given out need not be held until the end.
    families.delete(name)
  }
  if (length > 0) yield Buffer.concat(piece)
}

/** The lines of one family, of all targets so far. */
interface Family {
  readonly header: Buffer
  readonly full: Buffer[]
  /** What is being written, and how far. */
  open: Buffer
  end: number
}

// Most families are small, and there are hundreds.
const firstChunkBytes = 1024
const chunkBytes = 16 * 1024

function chunksOf(family: Family | undefined): readonly Buffer[] {
  return family ? [family.header, ...family.full, family.open.subarray(0, family.end)] : []
}

// Written in well below a millisecond.
const stepBytes = 16 * 1024

const newline = 0x0a
const blank = 0x20
const hash = 0x23
const comma = 0x2c
const brace = 0x7b
const closingBrace = 0x7d
const helpLine = '# HELP '

/** Adds the lines of a target, a step at a time. */
function* addTarget(
  families: Map<string, Family>,
  { pairs, pieces }: TargetText,
  isWanted: (family: string) => boolean,
): Generator<void> {
  const labels = Buffer.from(pairs.join(','))
  let family: Family | undefined
  let looked = 0
  for (const piece of pieces) {
    for (let start = 0; start < piece.length; ) {
      const end = lineEnd(piece, start)
      looked += end - start
      if (isHelp(piece, start)) {
        const name = nameOf(piece, start)
        // The type stands in the line behind.
        const headerEnd = lineEnd(piece, end)
        family = isWanted(name) ? familyOf(families, name, piece, start, headerEnd) : undefined
        start = headerEnd
      } else {
        if (family && piece[start] !== hash) addLine(family, piece, start, end, labels)
        start = end
      }
      if (looked < stepBytes) continue
      looked = 0
      yield
    }
  }
  yield
}

function lineEnd(text: Buffer, start: number): number {
  const at = text.indexOf(newline, start)
  return at < 0 ? text.length : at + 1
}

function isHelp(text: Buffer, start: number): boolean {
  return text[start] === hash && text.toString('latin1', start, start + 7) === helpLine
}

function nameOf(text: Buffer, start: number): string {
  const nameStart = start + helpLine.length
  return text.toString('latin1', nameStart, text.indexOf(blank, nameStart))
}

function familyOf(
  families: Map<string, Family>,
  name: string,
  text: Buffer,
  start: number,
  end: number,
): Family {
  let family = families.get(name)
  if (!family) {
    const header = text.subarray(start, end)
    family = { header, full: [], open: Buffer.allocUnsafeSlow(firstChunkBytes), end: 0 }
    families.set(name, family)
  }
  return family
}

/** Adds one line, the labels in front of those that it has. */
function addLine(family: Family, text: Buffer, start: number, end: number, labels: Buffer): void {
  // A pair of braces and a comma at most.
  const length = end - start + labels.length + 2
  if (family.end + length > family.open.length) {
    family.full.push(family.open.subarray(0, family.end))
    family.open = Buffer.allocUnsafeSlow(Math.max(chunkBytes, length))
    family.end = 0
  }
  const { open } = family
  let from = start
  let to = family.end
  if (labels.length > 0) {
    for (; from < end && text[from] !== brace && text[from] !== blank; from += 1)
      open[to++] = text[from] ?? 0
    open[to++] = brace
    for (let index = 0; index < labels.length; index += 1) open[to++] = labels[index] ?? 0
    if (text[from] === brace) {
      open[to++] = comma
      from += 1
    } else open[to++] = closingBrace
  }
  for (; from < end; from += 1) open[to++] = text[from] ?? 0
  family.end = to
}
