/** One section of INFO: its fields in the order of the reply; a name may come more than once. */
export type InfoSection = readonly (readonly [field: string, value: string])[]

/** A parsed INFO. Section names are in lower case. */
export interface Info {
  readonly sections: ReadonlyMap<string, InfoSection>
  /** The first value of each field, in whatever section: look-alikes of Redis move fields about. */
  readonly anywhere: ReadonlyMap<string, string>
}

// A field here can have the name of another one elsewhere (used_memory in Hotkeys of Redis 8.6),
// so nothing is taken from these sections unless the section itself is asked for.
const apart = new Set(['hotkeys', 'commandstats', 'errorstats', 'latencystats', 'keyspace'])

/**
 * Reads the reply of INFO, or of CLUSTER INFO, which has no section headers and stands under ''.
 * Lines that are neither `# Section` nor `field:value` are passed over.
 * Source: https://redis.io/docs/latest/commands/info/
 */
export function parseInfo(text: string): Info {
  const sections = new Map<string, [string, string][]>()
  const anywhere = new Map<string, string>()
  let name = ''
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) {
      name = line.slice(1).trim().toLowerCase()
      open(sections, name)
      continue
    }
    const colon = line.indexOf(':')
    if (colon < 1) continue
    const field = line.slice(0, colon)
    const value = line.slice(colon + 1)
    open(sections, name).push([field, value])
    if (!apart.has(name) && !anywhere.has(field)) anywhere.set(field, value)
  }
  return { sections, anywhere }
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
function open(sections: Map<string, [string, string][]>, name: string): [string, string][] {
  const known = sections.get(name)
  if (known) return known
  const section: [string, string][] = []
  sections.set(name, section)
  return section
}
