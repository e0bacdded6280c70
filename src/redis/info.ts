import { inSlices } from '../yielding.ts'
import { fieldOf, headerOf } from './info-line.ts'

/** One section of INFO: its fields in the order of the reply; a name may come more than once. */
export type InfoSection = readonly (readonly [field: string, value: string])[]

/** A parsed INFO. Section names are in lower case. */
export interface Info {
  readonly sections: ReadonlyMap<string, InfoSection>
  /** The same by name; the last value where a name comes more than once. */
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

// A field here can have the name of another one elsewhere (used_memory in Hotkeys of Redis 8.6),
// so nothing is taken from these sections unless the section itself is asked for.
const apart = new Set(['hotkeys', 'commandstats', 'errorstats', 'latencystats', 'keyspace'])

/**
 * Reads the reply of INFO, or of CLUSTER INFO, which has no section headers and stands under ''.
 * Source: https://redis.io/docs/latest/commands/info/
 */
export function parseInfo(text: string): Info {
  const parser = createParser(text.length)
  for (const piece of piecesOf(text)) parser.read(piece)
  return parser.info
}

/** The same in slices, for a reply that may be of any length. */
export async function parseInfoInSlices(text: string): Promise<Info> {
  const parser = createParser(text.length)
  await inSlices(piecesOf(text), parser.read)
  return parser.info
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

interface OpenSection {
  readonly name: string
  readonly isApart: boolean
  readonly lines: [string, string][]
  readonly fields: Map<string, string>
}

function createParser(length: number) {
  const mostLines = Math.max(readLines, length / usualLine)
  const sections = new Map<string, [string, string][]>()
  const fields = new Map<string, Map<string, string>>()
  const anywhere = new Map<string, string>()
  const oddLines = new Map<string, string[]>()
  const rejected: string[] = []
  let section: OpenSection | undefined
  let before = ''
  let lines = 0
  let odd = 0

  const isFull = () => lines > mostLines

  // A section that comes twice is one section: some look-alikes print their fields in parts.
  function open(name: string): OpenSection {
    const known = { lines: sections.get(name) ?? [], fields: fields.get(name) ?? new Map() }
    section = { name, isApart: apart.has(name), ...known }
    // What stands under one too many is read by nobody.
    if (!sections.has(name) && sections.size >= mostSections) rejected.push(name)
    else {
      sections.set(name, known.lines)
      fields.set(name, known.fields)
    }
    return section
  }

  function keepOdd(name: string, line: string): void {
    odd += 1
    if (odd > mostOddLines) rejected.push(name)
    else oddLines.set(name, [...(oddLines.get(name) ?? []), line])
  }

  function readLine(line: string): void {
    lines += 1
    if (line.length > longestLine || isFull()) {
      rejected.push(section?.name ?? '')
      return
    }
    const header = headerOf(line, before)
    before = line
    if (header !== undefined) {
      open(header)
      return
    }
    if (line.startsWith('#') || line.trim() === '') return
    readField(line, section ?? open(''))
  }

  function readField(line: string, own: OpenSection): void {
    const found = fieldOf(line, own.name)
    if (found === undefined) {
      keepOdd(own.name, line)
      return
    }
    const [field, value] = found
    if (field.length > longestField) {
      rejected.push(own.name)
      return
    }
    own.lines.push(found)
    own.fields.set(field, value)
    if (!own.isApart && !anywhere.has(field)) anywhere.set(field, value)
  }

  return {
    info: { sections, fields, anywhere, oddLines, rejected },
    read(piece: string): void {
      for (const line of piece.split('\n')) {
        if (isFull()) return
        readLine(line.endsWith('\r') ? line.slice(0, -1) : line)
      }
    },
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
