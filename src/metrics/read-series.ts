import type { EncodedBody } from './encoded-body.ts'

/** A series as it is served. */
export interface ReadSeries {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Series at most that are read of one family; it takes a microsecond or two each. */
export const mostReadSeries = 3_000
/** Bytes of lines at most that are read of one family: values of labels may be long. */
export const mostReadBytes = 512 * 1024

/**
 * Reads the series of one family from what is served, without a look at the others. `name` is with
 * the namespace; for a histogram or a summary it is that of the family, and `ending` says which of its
 * series are wanted, such as `_count`.
 */
export function readSeries(
  bodies: readonly Pick<EncodedBody, 'plain'>[],
  name: string,
  ending = '',
): readonly ReadSeries[] {
  const found: ReadSeries[] = []
  let isWithin = false
  let bytes = 0
  for (const { plain } of bodies) {
    let start = 0
    if (!isWithin) {
      const type = placeOfType(plain, name)
      if (type < 0) continue
      isWithin = true
      start = nextLine(plain, type)
    }
    while (start < plain.length) {
      const end = nextLine(plain, start)
      bytes += end - start
      // The family ends where the next one begins.
      if (plain[start] === hash || isEnough(found.length, bytes)) return found
      const one = readLine(plain.toString('utf8', start, end), name + ending)
      if (one) found.push(one)
      start = end
    }
  }
  return found
}

function isEnough(series: number, bytes: number): boolean {
  return series === mostReadSeries || bytes > mostReadBytes
}

const hash = '#'.charCodeAt(0)
const newline = '\n'.charCodeAt(0)

function placeOfType(plain: Buffer, name: string): number {
  const line = `# TYPE ${name} `
  if (plain.indexOf(line) === 0) return 0
  const place = plain.indexOf(`\n${line}`)
  return place < 0 ? -1 : place + 1
}

function nextLine(plain: Buffer, from: number): number {
  const end = plain.indexOf(newline, from)
  return end < 0 ? plain.length : end + 1
}

function readLine(line: string, name: string): ReadSeries | undefined {
  const opening = line[name.length]
  if (!line.startsWith(name) || (opening !== '{' && opening !== ' ')) return undefined
  const labels: Record<string, string> = {}
  let place = name.length
  if (opening === '{') {
    pair.lastIndex = place + 1
    for (let one = pair.exec(line); one; one = pair.exec(line)) {
      labels[one[1] ?? ''] = unescaped(one[2] ?? '')
      place = pair.lastIndex
    }
  }
  const [value = ''] = line
    .slice(place)
    .replace(/^[} ]+/, '')
    .split(/[ \n]/, 1)
  return { labels, value: value === '+Inf' ? Infinity : Number(value) }
}

// Sticky, so that nothing is looked for beyond the labels.
const pair = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)",?/y

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, (_all, letter: string) => (letter === 'n' ? '\n' : letter))
}
