import { otherLogin } from '../config/target-reader.ts'
import type { SettingsOfTarget } from '../config/target-settings.ts'
import { formatEndpoint } from '../targets/address.ts'
import type { WantedTarget } from '../targets/wanted-target.ts'
import type { EntryRules, FileMistake, SharedEntry, TargetEntry } from './target-entry.ts'

export type FileTarget = WantedTarget<SettingsOfTarget>

/** The targets of a file, each by what stands there of it: the same text is the same target. */
export type FileTargets = ReadonlyMap<string, FileTarget>

/** The target that an entry asks for, with all that stands there of it; none without an address. */
export function wantTarget(
  entry: TargetEntry,
  defaults: SharedEntry | undefined,
  { reader, tell }: EntryRules,
  before: FileTargets,
): [known: string, target: FileTarget | undefined] {
  const { address } = entry
  if (!address) return ['', undefined]
  const placed = combined(defaults?.settings ?? new Map(), entry.settings)
  const texts = textsOf(placed)
  const { endpoint, database, credentials } = address
  const name = entry.alias?.text ?? formatEndpoint(endpoint)
  const labels = { ...defaults?.labels, ...entry.labels }
  const known = JSON.stringify([endpoint, database, credentials.user, name, labels, [...texts]])
  const same = before.get(known)
  if (same) return [known, same]
  const { settings, login, mistakes } = reader.settle(texts, address)
  for (const { option, what } of mistakes) {
    const [name] = option.flags
    const found = reader.find(name)
    const given = typeof found === 'string' ? undefined : placed.get(found.key)
    // What follows from a flag of ours stands nowhere in the file.
    tell({ ...(given?.place ?? { ...entry.place, path: `${entry.place.path}.${name}` }), what })
  }
  return [
    known,
    { address: formatEndpoint(endpoint), name, endpoint, database, login, labels, settings },
  ]
}

type Settings = SharedEntry['settings']

/** What a target says of itself counts; in the order of keys, so that the order in the file does not. */
function combined(defaults: Settings, own: Settings): Settings {
  const replaced = Object.keys(otherLogin(own))
  const rest = [...defaults].filter(([key]) => !replaced.includes(key))
  const all = [...new Map([...rest, ...own])]
  return new Map(all.sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** What of that which a target says itself changes nothing for it. */
export function remarksOn(
  { address, settings }: TargetEntry,
  defaults: SharedEntry | undefined,
  { reader }: Pick<EntryRules, 'reader'>,
): readonly FileMistake[] {
  if (!address) return []
  const texts = textsOf(combined(defaults?.settings ?? new Map(), settings))
  return [...settings].flatMap(([key, { place }]) =>
    reader.withoutEffect(key, texts, address).map((what) => ({ ...place, what })),
  )
}

function textsOf(placed: Settings): ReadonlyMap<string, string> {
  return new Map([...placed].map(([key, { text }]) => [key, text]))
}
