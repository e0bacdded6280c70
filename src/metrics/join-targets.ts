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

/** Large enough to compress well, and written and compressed in a millisecond. */
const pieceBytes = 96 * 1024

/**
 * Writes several targets as one text, in pieces: families by name, each once, and in every series the
 * labels of its target. A piece holds until the next one is asked for, which is written in its place: so
 * the whole, tens of megabytes, is nowhere unless somebody keeps it. The event loop is not held. The
 * lines are read as bytes: as strings they would take three times as long.
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

/** The lines of one family in the text of one target. */
interface Block {
  readonly labels: Buffer
  readonly text: Buffer
  readonly start: number
  readonly end: number
}

interface Family {
  readonly header: Buffer
  /** Empty where nobody wants it. */
  readonly blocks: Block[]
  readonly isWanted: boolean
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

const newline = 0x0a
const blank = 0x20
const comma = 0x2c
const brace = 0x7b
const closingBrace = 0x7d
const helpLine = Buffer.from('# HELP ')
const nextHelpLine = Buffer.from('\n# HELP ')

/** Finds the families of a target, a piece of its text at a time. */
function* addTarget(join: Join, { pairs, pieces }: TargetText): Generator<void> {
  const labels = Buffer.from(pairs.join(','))
  let family: Family | undefined
  for (const text of pieces) {
    for (let at = 0; at < text.length; ) {
      let start = at
      if (isAt(text, at, helpLine)) {
        family = familyAt(join, family, text, at)
        start += family.header.length
      }
      // The line break before a header may be the end of the one before it.
      const next = text.indexOf(nextHelpLine, Math.max(0, start - 1))
      const end = next < 0 ? text.length : next + 1
      if (family?.isWanted && end > start) family.blocks.push({ labels, text, start, end })
      at = end
    }
    yield
  }
}

function isAt(text: Buffer, start: number, wanted: Buffer): boolean {
  const end = start + wanted.length
  return end <= text.length && wanted.compare(text, start, end) === 0
}

function familyAt(join: Join, before: Family | undefined, text: Buffer, start: number): Family {
  const guess = before ? before.next : join.first
  if (guess && isAt(text, start, guess.header)) return guess
  const family = findFamily(join, text, start)
  if (before) before.next = family
  else join.first = family
  return family
}

function findFamily({ families, isWanted }: Join, text: Buffer, start: number): Family {
  const nameStart = start + helpLine.length
  const name = text.toString('latin1', nameStart, text.indexOf(blank, nameStart))
  // The type stands in the line behind.
  const header = text.subarray(start, lineEnd(text, lineEnd(text, start)))
  const known = families.get(name)
  if (known?.header.equals(header)) return known
  const family = { header, blocks: known?.blocks ?? [], isWanted: isWanted(name), next: undefined }
  if (!known) families.set(name, family)
  return family
}

function lineEnd(text: Buffer, start: number): number {
  const at = text.indexOf(newline, start)
  return at < 0 ? text.length : at + 1
}

function* piecesOf(families: Families): Generator<Buffer> {
  let piece = Buffer.allocUnsafeSlow(pieceBytes)
  let length = 0
  for (const { text, start, end, labels } of linesOf(families)) {
    // A pair of braces or a comma is added too.
    const most = end - start + labels.length + 2
    if (length + most > piece.length) {
      if (length > 0) yield piece.subarray(0, length)
      length = 0
      if (most > piece.length) piece = Buffer.allocUnsafeSlow(most)
    }
    length = writeLine(piece, length, text, start, end, labels)
  }
  if (length > 0) yield piece.subarray(0, length)
}

const none = Buffer.alloc(0)

/** Each line, and each header as one. */
function* linesOf(families: Families): Generator<Block> {
  for (const { header, blocks } of inOrder(families)) {
    yield { text: header, start: 0, end: header.length, labels: none }
    for (const { text, start, end, labels } of blocks)
      for (let at = start; at < end; ) {
        const next = lineEnd(text, at)
        yield { text, start: at, end: next, labels }
        at = next
      }
  }
}

function inOrder(families: Families): readonly Family[] {
  return [...families]
    .filter(([, { isWanted }]) => isWanted)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, family]) => family)
}

/** Writes one line, the labels in front of those that it has; gives back where it ends. */
function writeLine(
  piece: Buffer,
  at: number,
  text: Buffer,
  start: number,
  end: number,
  labels: Buffer,
): number {
  let from = start
  let to = at
  if (labels.length > 0) {
    for (; from < end && text[from] !== brace && text[from] !== blank; from += 1)
      piece[to++] = text[from] ?? 0
    piece[to++] = brace
    piece.set(labels, to)
    to += labels.length
    if (text[from] === brace) {
      piece[to++] = comma
      from += 1
    } else piece[to++] = closingBrace
  }
  for (; from < end; from += 1) piece[to++] = text[from] ?? 0
  return to
}
