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

// Modules and scripts choose the names of these fields, which may hold colons; no value does.
const freelyNamed = new Set(['commandstats', 'errorstats', 'latencystats'])

/** The field and the value in a line of a section; undefined where there are none. */
export function fieldOf(line: string, section: string): [name: string, value: string] | undefined {
  const first = line.indexOf(':')
  if (first < 1) return undefined
  const colon = freelyNamed.has(section) ? line.lastIndexOf(':') : first
  return [line.slice(0, colon), line.slice(colon + 1)]
}
