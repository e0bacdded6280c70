/** One section of INFO: its fields in the order of the reply; a name may come more than once. */
export type InfoSection = readonly (readonly [field: string, value: string])[]

/** A parsed INFO. Section names are in lower case. */
export interface Info {
  readonly sections: ReadonlyMap<string, InfoSection>
  /** The first value of each field, in whatever section: look-alikes of Redis move fields about. */
  readonly anywhere: ReadonlyMap<string, string>
  /** The lines of each section that are neither fields nor comments, as some look-alikes write. */
  readonly oddLines: ReadonlyMap<string, readonly string[]>
}

// A field here can have the name of another one elsewhere (used_memory in Hotkeys of Redis 8.6),
// so nothing is taken from these sections unless the section itself is asked for.
const apart = new Set(['hotkeys', 'commandstats', 'errorstats', 'latencystats', 'keyspace'])

// Modules and scripts choose the names of these fields, which may hold colons; no value does.
const freelyNamed = new Set(['commandstats', 'errorstats', 'latencystats'])

/**
 * Reads the reply of INFO, or of CLUSTER INFO, which has no section headers and stands under ''.
 * Source: https://redis.io/docs/latest/commands/info/
 */
export function parseInfo(text: string): Info {
  const sections = new Map<string, [string, string][]>()
  const anywhere = new Map<string, string>()
  const oddLines = new Map<string, string[]>()
  let name = ''
  let before = ''
  for (const line of text.split(/\r?\n/)) {
    const header = line.startsWith('#') ? headerOf(line, before) : undefined
    before = line
    if (header !== undefined) {
      name = header
      entryOf(sections, name)
    }
    if (line.startsWith('#') || line.trim() === '') continue
    const first = line.indexOf(':')
    if (first < 1) {
      entryOf(oddLines, name).push(line)
      continue
    }
    const colon = freelyNamed.has(name) ? line.lastIndexOf(':') : first
    const field = line.slice(0, colon)
    const value = line.slice(colon + 1)
    entryOf(sections, name).push([field, value])
    if (!apart.has(name) && !anywhere.has(field)) anywhere.set(field, value)
  }
  return { sections, anywhere, oddLines }
}

const word = /^[A-Z_a-z][\w.-]*$/
const title = /^[A-Z][\w.-]*(?: [A-Z][\w.-]*)+$/

/*
 * The name of the section that a line begins, undefined for a comment: kvrocks and Pika write these
 * below a header, as `# Time:2026-01-05 06:07:08`. Names are single words, or several with
 * capitals behind an empty line, as `# Scripting Engines` of Valkey.
 */
function headerOf(line: string, before: string): string | undefined {
  const name = line.slice(1).trim()
  const isHeader = word.test(name) || (before === '' && title.test(name))
  return isHeader ? name.toLowerCase() : undefined
}

/** The fields of a section by name; the last value where a name comes more than once. */
export function sectionFields(info: Info, section: string): ReadonlyMap<string, string> {
  return new Map(info.sections.get(section))
}

/** The value of a field, from its own section where it stands there, else from any other. */
export function infoField(info: Info, section: string, field: string): string | undefined {
  return fieldReader(info, section)(field)
}

/** Reads fields of one section as `infoField` does. */
export function fieldReader(info: Info, section: string): (field: string) => string | undefined {
  const own = sectionFields(info, section)
  // What a section that stands apart lacks is another thing where it stands elsewhere.
  if (apart.has(section)) return (field) => own.get(field)
  return (field) => own.get(field) ?? info.anywhere.get(field)
}

// A section that comes twice is one section: some look-alikes print their fields in parts.
function entryOf<T>(sections: Map<string, T[]>, name: string): T[] {
  const known = sections.get(name)
  if (known) return known
  const section: T[] = []
  sections.set(name, section)
  return section
}
