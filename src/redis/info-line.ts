const word = /^[A-Z_a-z][\w.-]*$/
const title = /^[A-Z][\w.-]*(?: [A-Z][\w.-]*)+$/

/**
 * The name of the section that a line of INFO begins, in lower case; `before` is the line before
 * it. Undefined for any other line and for a comment: kvrocks and Pika write these below a header,
 * as `# Time:2026-01-05 06:07:08`. Names are single words, or several with capitals behind an empty
 * line, as `# Scripting Engines` of Valkey.
 */
export function headerOf(line: string, before: string): string | undefined {
  if (!line.startsWith('#')) return undefined
  const name = line.slice(1).trim()
  const isHeader = word.test(name) || (before === '' && title.test(name))
  return isHeader ? name.toLowerCase() : undefined
}

/** Where the value of a line begins, behind the name and the colon; 0 where there is none. */
export function valueStart(line: string): number {
  const first = line.indexOf(':')
  return first < 1 ? 0 : first + 1
}

/** The same where modules and scripts choose the names, which may hold colons; no value does. */
export function valueStartBehindAnyName(line: string): number {
  return valueStart(line) === 0 ? 0 : line.lastIndexOf(':') + 1
}
