import { inSlices } from '../yielding.ts'
import type { EncodedBody } from './encoded-body.ts'
import { readFloat } from './read-float.ts'

/** A series as it is served. */
export interface ReadSeries {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** The series of families, by their names with the namespace. */
export type SeriesByFamily = ReadonlyMap<string, readonly ReadSeries[]>

/** Series at most that are read of one family; it takes a microsecond or two each. */
export const mostReadSeries = 3_000
/** Bytes of lines at most that are read of one family: values of labels may be long. */
export const mostReadBytes = 512 * 1024

/**
 * Reads the series of these families from what is served, in slices: it may be megabytes, of which all
 * others are passed over. Of a histogram or a summary nothing is read.
 */
export async function readSeries(
  bodies: Iterable<Pick<EncodedBody, 'plain'>>,
  names: readonly string[],
): Promise<SeriesByFamily> {
  const found = new Map(names.map((name) => [name, { series: [] as ReadSeries[], bytes: 0 }]))
  let open = ''
  await inSlices(bodies, (body) => {
    const plain = body.plain()
    let place = 0
    for (;;) {
      // A family goes on in the next body.
      const family = found.get(open)
      if (family) readLines(plain, place, open, family)
      const type = nextType(plain, place)
      if (type < 0) return
      place = nextLine(plain, type)
      open = plain.toString(
        'utf8',
        type + typeMark.length,
        plain.indexOf(' ', type + typeMark.length),
      )
    }
  })
  return new Map([...found].map(([name, { series }]) => [name, series]))
}

const typeMark = '# TYPE '
const hash = '#'.charCodeAt(0)
const newline = '\n'.charCodeAt(0)

function nextType(plain: Buffer, from: number): number {
  if (plain.toString('latin1', from, from + typeMark.length) === typeMark) return from
  // Nothing else can begin a line so: a label has no line ends in it.
  const place = plain.indexOf(`\n${typeMark}`, Math.max(0, from - 1))
  return place < 0 ? -1 : place + 1
}

function nextLine(plain: Buffer, from: number): number {
  const end = plain.indexOf(newline, from)
  return end < 0 ? plain.length : end + 1
}

/** Takes in the lines up to the next family. */
function readLines(plain: Buffer, from: number, name: string, family: FamilyRead): void {
  const { series } = family
  let start = from
  while (start < plain.length && plain[start] !== hash) {
    const end = nextLine(plain, start)
    family.bytes += end - start
    if (series.length === mostReadSeries || family.bytes > mostReadBytes) return
    const one = readLine(plain.toString('utf8', start, end), name)
    if (one) series.push(one)
    start = end
  }
}

/** What was read of a family so far. */
interface FamilyRead {
  readonly series: ReadSeries[]
  bytes: number
}

function readLine(line: string, name: string): ReadSeries | undefined {
  const opening = line[name.length]
  if (!line.startsWith(name) || (opening !== '{' && opening !== ' ')) return undefined
  const labels: Record<string, string> = {}
  let place = name.length + 1
  while (opening === '{' && line[place] !== '}' && place < line.length) {
    const equals = line.indexOf('="', place)
    const end = equals < 0 ? -1 : endOfText(line, equals + 2)
    if (end < 0) return undefined
    labels[line.slice(place, equals)] = unescaped(line.slice(equals + 2, end))
    place = line[end + 1] === ',' ? end + 2 : end + 1
  }
  const rest = line.slice(opening === '{' ? place + 1 : place).trim()
  const [value = ''] = rest.split(' ', 1)
  return { labels, value: readFloat(value) ?? Number.NaN }
}

/** Where the quote stands that ends a text; -1 where none does. */
function endOfText(line: string, from: number): number {
  for (let place = from; place < line.length; place += 1) {
    if (line[place] === '"') return place
    // What is behind it is a part of the text.
    if (line[place] === '\\') place += 1
  }
  return -1
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_all, letter: string) => (letter === 'n' ? '\n' : letter))
}
