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
  const join: Join = { families: new Map(), first: undefined, isWanted }
  for (const target of targets)
    for (const _step of addTarget(join, target)) if (isSliceOver()) await nextSlice()
  for (const piece of piecesOf(join.families)) {
    yield piece
    if (isSliceOver()) await nextSlice()
  }
}

/** The lines of one family, of all targets so far. */
interface Family {
  readonly header: Buffer
  readonly isWanted: boolean
  readonly full: Buffer[]
  /** What is being written, and how far. */
  open: Buffer
  end: number
  /** What came behind it last: mostly all targets have the same families in the same order. */
  next: Family | undefined
}

type Families = Map<string, Family>

interface Join {
  readonly families: Families
  /** With what a target began last. */
  first: Family | undefined
  readonly isWanted: (family: string) => boolean
}

// Most families are small, and there are hundreds.
const firstChunkBytes = 1024
const chunkBytes = 16 * 1024

function* piecesOf(families: Families): Generator<Buffer> {
  let chunks: Buffer[] = []
  let length = 0
  for (const chunk of chunksOf(families)) {
    chunks.push(chunk)
    length += chunk.length
    if (length < pieceBytes) continue
    yield Buffer.concat(chunks)
    chunks = []
    length = 0
  }
  if (length > 0) yield Buffer.concat(chunks)
}

function* chunksOf(families: Families): Generator<Buffer> {
  for (const family of inOrder(families)) {
    yield family.header
    yield* family.full
    yield family.open.subarray(0, family.end)
    // What was given out need not be held until the end.
    family.full.length = 0
    family.open = empty
  }
}

const empty = Buffer.alloc(0)

function inOrder(families: Families): readonly Family[] {
  return [...families]
    .filter(([, { isWanted }]) => isWanted)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, family]) => family)
}

// Written in well below a millisecond.
const stepBytes = 16 * 1024

/** Where the lines of a target go. */
interface Writer {
  readonly join: Join
  readonly labels: Buffer
  /** That of the lines to come; undefined before the first. */
  family: Family | undefined
}

/** Adds the lines of a target, a step at a time. */
function* addTarget(join: Join, { pairs, pieces }: TargetText): Generator<void> {
  const writer: Writer = { join, labels: Buffer.from(pairs.join(',')), family: undefined }
  for (const piece of pieces) {
    for (let at = 0; at < piece.length; ) {
      at = addLines(writer, piece, at, Math.min(piece.length, at + stepBytes))
      yield
    }
  }
}

/** Adds the lines that begin before `until`; gives back where the next one begins. */
function addLines(writer: Writer, text: Buffer, start: number, until: number): number {
  let at = start
  while (at < until)
    at = isHelp(text, at) ? openFamily(writer, text, at) : addLine(writer, text, at)
  return at
}

const newline = 0x0a
const blank = 0x20
const hash = 0x23
const capitalH = 0x48
const comma = 0x2c
const brace = 0x7b
const closingBrace = 0x7d
const helpLine = '# HELP '

function lineEnd(text: Buffer, start: number): number {
  const at = text.indexOf(newline, start)
  return at < 0 ? text.length : at + 1
}

// Beside these two lines of a header there are no comments.
function isHelp(text: Buffer, start: number): boolean {
  return text[start] === hash && text[start + 2] === capitalH
}

function openFamily(writer: Writer, text: Buffer, start: number): number {
  const { join, family: before } = writer
  const guess = before ? before.next : join.first
  if (guess && isAt(text, start, guess.header)) {
    writer.family = guess
    return start + guess.header.length
  }
  const family = findFamily(join, text, start)
  if (before) before.next = family
  else join.first = family
  writer.family = family
  return lineEnd(text, lineEnd(text, start))
}

function isAt(text: Buffer, start: number, header: Buffer): boolean {
  const end = start + header.length
  return end <= text.length && header.compare(text, start, end) === 0
}

function findFamily({ families, isWanted }: Join, text: Buffer, start: number): Family {
  const nameStart = start + helpLine.length
  const name = text.toString('latin1', nameStart, text.indexOf(blank, nameStart))
  const known = families.get(name)
  if (known) return known
  // The type stands in the line behind.
  const header = text.subarray(start, lineEnd(text, lineEnd(text, start)))
  const open = Buffer.allocUnsafeSlow(firstChunkBytes)
  const family = { header, isWanted: isWanted(name), full: [], open, end: 0, next: undefined }
  families.set(name, family)
  return family
}

/** Adds the line of a series, the labels in front of those that it has. */
function addLine({ family, labels }: Writer, text: Buffer, start: number): number {
  const end = lineEnd(text, start)
  if (!family?.isWanted || text[start] === hash) return end
  // A pair of braces or a comma is added too.
  makeRoom(family, end - start + labels.length + 2)
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
  return end
}

function makeRoom(family: Family, length: number): void {
  if (family.end + length <= family.open.length) return
  family.full.push(family.open.subarray(0, family.end))
  family.open = Buffer.allocUnsafeSlow(Math.max(chunkBytes, length))
  family.end = 0
}
