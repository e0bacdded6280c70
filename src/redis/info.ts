import { inSlices } from '../yielding.ts'
import { headerOf, valueStart, valueStartBehindAnyName } from './info-line.ts'

/** One section of INFO: its fields in the order of the reply; a name may come more than once. */
export type InfoSection = readonly (readonly [field: string, value: string])[]

/** A parsed INFO. Section names are in lower case. */
export interface Info {
  /** All but the lists. */
  readonly sections: ReadonlyMap<string, InfoSection>
  /**
   * The sections of which each line tells of another command or error, of which there may be
   * thousands: they are read when they are asked for, and each time anew.
   */
  readonly lists: ReadonlyMap<string, Iterable<InfoSection[number]>>
  /** The sections by name; the last value where a name comes more than once. */
  readonly fields: ReadonlyMap<string, ReadonlyMap<string, string>>
  /** The first value of each field, in whatever section: look-alikes of Redis move fields about. */
  readonly anywhere: ReadonlyMap<string, string>
  /** The lines of each section that are neither fields nor comments, as some look-alikes write. */
  readonly oddLines: ReadonlyMap<string, readonly string[]>
  /**
   * The sections of lines that are too long, and of odd ones that are too many, for each line; and
   * of the first line of those that are not read since the reply has too many.
   */
  readonly rejected: readonly string[]
}

/** The characters of a line of INFO at most, and of the name of a field. */
export const longestLine = 16_384
export const longestField = 1_024
/** The sections of an INFO at most; a server of usual size has 300 lines in 15. */
export const mostSections = 1_000
/**
 * The lines of any INFO that are read, and what the lines of a longer one have on average at least:
 * each takes some hundred bytes of memory however short it is, so the longest reply that is accepted
 * bounds that too.
 */
export const readLines = 20_000
const usualLine = 32
/** The lines at most that are neither fields nor comments and are kept. */
const mostOddLines = 100

const listed = new Set(['commandstats', 'errorstats', 'latencystats'])

// A field here can have the name of another one elsewhere (used_memory in Hotkeys of Redis 8.6),
// so nothing is taken from these sections unless the section itself is asked for.
const apart = new Set(['hotkeys', 'keyspace', ...listed])

/**
 * Reads the reply of INFO, or of CLUSTER INFO, which has no section headers and stands under ''.
 * Source: https://redis.io/docs/latest/commands/info/
 */
export function parseInfo(text: string): Info {
  const parser = createParser(text.length)
  for (const piece of piecesOf(text)) readPiece(parser, piece)
  return parser.info
}

/** The same in slices, for a reply that may be of any length. */
export async function parseInfoInSlices(text: string): Promise<Info> {
  const parser = createParser(text.length)
  await inSlices(piecesOf(text), (piece) => readPiece(parser, piece))
  return parser.info
}

/** The lines of a section, be it a list or not. */
export function sectionLines(info: Info, section: string): Iterable<InfoSection[number]> {
  return info.lists.get(section) ?? info.sections.get(section) ?? []
}

/**
 * Finds values by name in lines that stand in the order in which they are asked for, but for some: no
 * more of them is kept than what was passed over. The first value where a name comes more than once.
 */
export function lookUpInOrder(
  lines: Iterable<InfoSection[number]>,
): (name: string) => string | undefined {
  const ahead = lines[Symbol.iterator]()
  const passed = new Map<string, string>()
  return (name) => {
    const known = passed.get(name)
    if (known !== undefined) return known
    for (let next = ahead.next(); !next.done; next = ahead.next()) {
      const [field, value] = next.value
      if (field === name) return value
      if (!passed.has(field)) passed.set(field, value)
    }
    return undefined
  }
}

/** The fields of a section by name; the last value where a name comes more than once. */
export function sectionFields(info: Info, section: string): ReadonlyMap<string, string> {
  return info.fields.get(section) ?? noFields
}

/** The value of a field, from its own section where it stands there, else from any other. */
export function infoField(info: Info, section: string, field: string): string | undefined {
  const own = sectionFields(info, section).get(field)
  // What a section that stands apart lacks is another thing where it stands elsewhere.
  return own !== undefined || apart.has(section) ? own : info.anywhere.get(field)
}

const noFields: ReadonlyMap<string, string> = new Map()

/** A list of lines that are taken apart when they are asked for. */
interface InfoList extends Iterable<InfoSection[number]> {
  readonly lines: string[]
}

function createList(): InfoList {
  const lines: string[] = []
  return { lines, [Symbol.iterator]: () => entriesOf(lines) }
}

// Not made for each list: V8 holds of each generator what it is known by in its old generation.
function* entriesOf(lines: readonly string[]): Generator<InfoSection[number]> {
  for (const line of lines) {
    const start = valueStartBehindAnyName(line)
    yield [line.slice(0, start - 1), line.slice(start)]
  }
}

/** Where the lines of a section go: to a list as they are, or taken apart. */
interface OpenSection {
  readonly name: string
  readonly list: string[] | undefined
  readonly lines: [string, string][]
  readonly fields: Map<string, string>
  readonly isApart: boolean
}

/*
 * An INFO that is being read. Functions outside read it, not closures made for each reply: the machine code
 * of a closure is forgotten with the last one made of it, and one poll later everything begins as new.
 */
interface Parser {
  readonly info: {
    readonly sections: Map<string, [string, string][]>
    readonly lists: Map<string, InfoList>
    readonly fields: Map<string, Map<string, string>>
    readonly anywhere: Map<string, string>
    readonly oddLines: Map<string, string[]>
    readonly rejected: string[]
  }
  readonly mostLines: number
  section: OpenSection | undefined
  before: string
  lines: number
  odd: number
}

function createParser(length: number): Parser {
  return {
    info: {
      sections: new Map(),
      lists: new Map(),
      fields: new Map(),
      anywhere: new Map(),
      oddLines: new Map(),
      rejected: [],
    },
    mostLines: Math.max(readLines, length / usualLine),
    section: undefined,
    before: '',
    lines: 0,
    odd: 0,
  }
}

function isFull({ lines, mostLines }: Parser): boolean {
  return lines > mostLines
}

// A section that comes twice is one section: some look-alikes print their fields in parts.
function openSection({ info }: Parser, name: string): OpenSection {
  const { sections, lists, fields, rejected } = info
  if (listed.has(name)) {
    const list = lists.get(name) ?? createList()
    lists.set(name, list)
    return { name, list: list.lines, lines: [], fields: new Map(), isApart: true }
  }
  const own = { lines: sections.get(name) ?? [], fields: fields.get(name) ?? new Map() }
  // What stands under one too many is read by nobody.
  if (!sections.has(name) && sections.size >= mostSections) rejected.push(name)
  else {
    sections.set(name, own.lines)
    fields.set(name, own.fields)
  }
  return { name, list: undefined, ...own, isApart: apart.has(name) }
}

function keepOdd(parser: Parser, name: string, line: string): void {
  const { oddLines, rejected } = parser.info
  parser.odd += 1
  if (parser.odd > mostOddLines) rejected.push(name)
  else oddLines.set(name, [...(oddLines.get(name) ?? []), line])
}

function readLine(parser: Parser, line: string): void {
  parser.lines += 1
  if (line.length > longestLine || isFull(parser)) {
    parser.info.rejected.push(parser.section?.name ?? '')
    return
  }
  const header = headerOf(line, parser.before)
  parser.before = line
  if (header !== undefined) {
    parser.section = openSection(parser, header)
    return
  }
  if (line.startsWith('#') || line.trim() === '') return
  parser.section ??= openSection(parser, '')
  readField(parser, line, parser.section)
}

function readField(parser: Parser, line: string, section: OpenSection): void {
  const { name, list } = section
  const start = list ? valueStartBehindAnyName(line) : valueStart(line)
  if (start === 0) keepOdd(parser, name, line)
  else if (start - 1 > longestField) parser.info.rejected.push(name)
  else if (list) list.push(line)
  else keepField(parser, line, start, section)
}

function keepField({ info }: Parser, line: string, start: number, section: OpenSection): void {
  const field = line.slice(0, start - 1)
  const value = line.slice(start)
  section.lines.push([field, value])
  section.fields.set(field, value)
  if (!section.isApart && !info.anywhere.has(field)) info.anywhere.set(field, value)
}

function readPiece(parser: Parser, piece: string): void {
  for (const line of piece.split('\n')) {
    if (isFull(parser)) return
    readLine(parser, line.endsWith('\r') ? line.slice(0, -1) : line)
  }
}

// Read in well below a millisecond each; most replies are one or two.
const pieceCharacters = 16_384

/** A text in pieces of whole lines. */
function* piecesOf(text: string): Generator<string> {
  let start = 0
  while (start < text.length) {
    const end = text.indexOf('\n', start + pieceCharacters)
    yield text.slice(start, end < 0 ? text.length : end)
    start = end < 0 ? text.length : end + 1
  }
}

/** A value, or a part of one, that is a whole number; undefined for any other and for none. */
export function wholeNumberIn(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,19}$/.test(text) ? Number(text) : undefined
}
