/** The types that the text format 0.0.4 knows. */
export const familyTypes = ['counter', 'gauge', 'histogram', 'summary', 'untyped'] as const

export type FamilyType = (typeof familyTypes)[number]

export interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
  /** In milliseconds since 1970, where the line gives one. */
  readonly timestamp?: number
}

/** One line that carries something; the number counts from 1. */
export type Line =
  | { readonly kind: 'help'; readonly number: number; readonly name: string; readonly help: string }
  | {
      readonly kind: 'type'
      readonly number: number
      readonly name: string
      readonly type: FamilyType
    }
  | {
      readonly kind: 'sample'
      readonly number: number
      readonly name: string
      readonly sample: Sample
    }

const blanks = '[ \\t]*'
const metricName = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const comment = new RegExp(`^${blanks}#${blanks}(HELP|TYPE)(?:[ \\t]+|$)(.*)$`)
const namedText = new RegExp(`^(${metricName})(?:[ \\t]+(.*))?$`)
const sampleStart = new RegExp(`${blanks}(${metricName})${blanks}`, 'y')
const label = new RegExp(
  `${blanks}([a-zA-Z_][a-zA-Z0-9_]*)${blanks}=${blanks}"([^"\\\\]*(?:\\\\.[^"\\\\]*)*)"${blanks}([,}])`,
  'y',
)
const labelsEnd = new RegExp(`${blanks}}`, 'y')
const valueAndTimestamp = new RegExp(`^${blanks}([^ \\t]+)(?:[ \\t]+(-?\\d+))?${blanks}$`)
const number = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i
const infinity = /^[+-]?inf(?:inity)?$/i

/**
 * Reads a body of the Prometheus text format 0.0.4 line by line, strictly: whatever the format
 * does not allow is an error with the number of its line.
 */
export function readLines(text: string): readonly Line[] {
  if (text !== '' && !text.endsWith('\n')) {
    throw new Error('the last line does not end with a newline')
  }
  const lines: Line[] = []
  for (const [index, content] of text.split('\n').entries()) {
    try {
      const line = readLine(content, index + 1)
      if (line !== undefined) {
        lines.push(line)
      }
    } catch (error) {
      throw new Error(`line ${index + 1}: ${(error as Error).message}: ${content}`)
    }
  }
  return lines
}

/** Decodes a body; bytes that are not UTF-8 and halves of a character are errors. */
export function decodeBody(body: string | Uint8Array): string {
  if (typeof body !== 'string') {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(body)
  }
  if (/\p{Surrogate}/u.test(body)) {
    throw new Error('the text cannot be encoded as UTF-8: it holds half a character')
  }
  return body
}

function readLine(content: string, number: number): Line | undefined {
  if (/^[ \t]*$/.test(content)) {
    return undefined
  }
  if (/^[ \t]*#/.test(content)) {
    return readComment(content, number)
  }
  const sample = readSample(content)
  return { kind: 'sample', number, name: sample.name, sample }
}

function readComment(content: string, number: number): Line | undefined {
  const [, keyword, rest = ''] = comment.exec(content) ?? []
  if (keyword === undefined) {
    return undefined
  }
  const [, name, text = ''] = namedText.exec(rest) ?? []
  if (name === undefined) {
    throw new Error(`bad metric name after ${keyword}`)
  }
  if (keyword === 'HELP') {
    return { kind: 'help', number, name, help: unescaped(text, { '\\': '\\', n: '\n' }) }
  }
  const type = familyTypes.find((known) => known === text.trim())
  if (type === undefined) {
    throw new Error(`unknown type ${JSON.stringify(text)}`)
  }
  return { kind: 'type', number, name, type }
}

function readSample(content: string): Sample {
  sampleStart.lastIndex = 0
  const name = sampleStart.exec(content)?.[1]
  if (name === undefined) {
    throw new Error('bad metric name')
  }
  const position = sampleStart.lastIndex
  const { labels, end } =
    content[position] === '{' ? readLabels(content, position + 1) : { labels: {}, end: position }
  const [, value, timestamp] = valueAndTimestamp.exec(content.slice(end)) ?? []
  if (value === undefined) {
    throw new Error('bad value or timestamp')
  }
  const sample = { name, labels, value: readNumber(value) }
  return timestamp === undefined ? sample : { ...sample, timestamp: Number(timestamp) }
}

function readLabels(content: string, start: number): { labels: Sample['labels']; end: number } {
  const labels = new Map<string, string>()
  let position = start
  let separator = ','
  // A comma may stand behind the last label, so after each comma the end may come.
  while (separator === ',' && matchAt(labelsEnd, content, position) === null) {
    const found = matchAt(label, content, position)
    const [whole, name, value, mark] = found ?? []
    if (whole === undefined || name === undefined || value === undefined || mark === undefined) {
      throw new Error(`bad label at column ${position + 1}`)
    }
    if (labels.has(name)) {
      throw new Error(`label ${name} is given twice`)
    }
    labels.set(name, unescaped(value, { '\\': '\\', n: '\n', '"': '"' }))
    position += whole.length
    separator = mark
  }
  const end = separator === ',' ? (matchAt(labelsEnd, content, position)?.[0].length ?? 0) : 0
  return { labels: Object.fromEntries(labels), end: position + end }
}

function matchAt(pattern: RegExp, content: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position
  return pattern.exec(content)
}

function unescaped(text: string, meanings: Readonly<Record<string, string>>): string {
  return text.replace(/\\([\s\S]?)/g, (sequence, character: string) => {
    const meaning = meanings[character]
    if (meaning === undefined) {
      throw new Error(`bad escape ${sequence}`)
    }
    return meaning
  })
}

/** Reads a number as Prometheus writes it; also the bounds of histograms and summaries. */
export function readNumber(text: string): number {
  if (/^[+-]?nan$/i.test(text)) {
    return Number.NaN
  }
  if (infinity.test(text)) {
    return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
  }
  if (!number.test(text)) {
    throw new Error(`bad value ${JSON.stringify(text)}`)
  }
  return Number(text)
}
