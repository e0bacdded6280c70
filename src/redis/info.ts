import { fieldOf, headerOf } from './info-line.ts'

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
    const header = headerOf(line, before)
    before = line
    if (header !== undefined) {
      name = header
      entryOf(sections, name)
    }
    if (line.startsWith('#') || line.trim() === '') continue
    const field = fieldOf(line, name)
    if (field) {
      entryOf(sections, name).push(field)
      if (!apart.has(name) && !anywhere.has(field[0])) anywhere.set(...field)
    } else entryOf(oddLines, name).push(line)
  }
  return { sections, anywhere, oddLines }
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
