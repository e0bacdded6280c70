import { otherLogin, type TargetTexts } from '../config/target-reader.ts'
import type { SettingMistake, SettingsOfTarget } from '../config/target-settings.ts'
import type { ReadFile } from '../config/tls-files.ts'
import { type Address, formatEndpoint } from '../targets/address.ts'
import { identityOf } from '../targets/one-spelling.ts'
import type { WantedTarget } from '../targets/wanted-target.ts'
import type { EntryRules, FileMistake, SharedEntry, TargetEntry } from './target-entry.ts'

export type FileTarget = WantedTarget<SettingsOfTarget>

/** The targets of a file, each by what stands there of it: the same text is the same target. */
export type FileTargets = ReadonlyMap<string, FileTarget>

/** What an entry asks for, with the defaults. */
export interface WishedTarget {
  readonly entry: TargetEntry
  readonly address: Address
  /** All that stands there of it: the same text is the same target. */
  readonly known: string
  readonly name: string
  readonly labels: SharedEntry['labels']
  readonly placed: Settings
  readonly texts: TargetTexts
}

/** The target that an entry asks for; none without an address. */
export function wishOf(
  entry: TargetEntry,
  defaults: SharedEntry | undefined,
): WishedTarget | undefined {
  const { address } = entry
  if (!address) return undefined
  const placed = combined(defaults?.settings ?? new Map(), entry.settings)
  const texts = textsOf(placed)
  const { endpoint, database, credentials } = address
  const name = entry.alias?.text ?? formatEndpoint(endpoint)
  const labels = { ...defaults?.labels, ...entry.labels }
  const known = JSON.stringify([endpoint, database, credentials.user, name, labels, [...texts]])
  return { entry, address, known, name, labels, placed, texts }
}

/** The target that is wished, with the files that it names as they were read. */
export function wantTarget(
  { entry, address, name, labels, placed, texts }: WishedTarget,
  readFile: ReadFile,
  { reader, tell }: EntryRules,
): FileTarget {
  const { endpoint, database } = address
  const { settings, login, mistakes } = reader.settle(texts, address)
  const all: readonly (SettingMistake & Pick<FileMistake, 'files'>)[] = [
    ...mistakes,
    ...reader.fileMistakes(texts, readFile),
  ]
  for (const { option, what, files = [] } of all) {
    const [name] = option.flags
    const found = reader.find(name)
    const given = typeof found === 'string' ? undefined : placed.get(found.key)
    // What follows from a flag of ours stands nowhere in the file.
    const place = given?.place ?? { ...entry.place, path: `${entry.place.path}.${name}` }
    tell({ ...place, what, files })
  }
  return { address: identityOf(endpoint), name, endpoint, database, login, labels, settings }
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
  { entry, texts, address }: WishedTarget,
  { reader }: Pick<EntryRules, 'reader'>,
): readonly FileMistake[] {
  return [...entry.settings].flatMap(([key, { place }]) =>
    reader.withoutEffect(key, texts, address).map((what) => ({ ...place, what })),
  )
}

function textsOf(placed: Settings): ReadonlyMap<string, string> {
  return new Map([...placed].map(([key, { text }]) => [key, text]))
}
