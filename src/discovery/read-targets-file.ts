import { otherLogin } from '../config/target-reader.ts'
import type { SettingsOfTarget } from '../config/target-settings.ts'
import { formatEndpoint } from '../targets/address.ts'
import type { WantedTarget } from '../targets/wanted-target.ts'
import { inSlices } from '../yielding.ts'
import { type FileEntry, type FileNode, readFileTree } from './file-tree.ts'
import {
  type EntryRules,
  type FileMistake,
  placeOf,
  readAddress,
  readDefaults,
  readTargetEntry,
  type SharedEntry,
  type TargetEntry,
} from './target-entry.ts'
import { readLabels } from './target-labels.ts'

export type FileTarget = WantedTarget<SettingsOfTarget>

/** The targets of a file, each by what stands there of it: the same text is the same target. */
export type FileTargets = ReadonlyMap<string, FileTarget>

export interface TargetsRead {
  readonly targets: FileTargets
  /** In the order of their lines; where there are any, there are no targets. */
  readonly mistakes: readonly FileMistake[]
}

const mostTargets = 10_000

/**
 * Reads the text of a targets file. What stands there as it stood before is the very same target as
 * before, so that nobody takes it for another one.
 */
export async function readTargetsFile(
  text: string,
  rules: Omit<EntryRules, 'tell'>,
  before: FileTargets = new Map(),
): Promise<TargetsRead> {
  const mistakes: FileMistake[] = []
  const tell = (mistake: FileMistake) => void mistakes.push(mistake)
  const tree = await readFileTree(text)
  if ('mistakes' in tree) {
    for (const { line, what } of tree.mistakes) tell({ line, path: '', what })
    return { targets: new Map(), mistakes }
  }
  const { defaults, entries } = await readEntries(tree.root, { ...rules, tell })
  tellRepeated(entries, tell)
  const targets = new Map<string, FileTarget>()
  await inSlices(entries, (entry) => {
    const [known, target] = want(entry, defaults, { ...rules, tell }, before)
    if (target) targets.set(known, target)
  })
  return { targets: mistakes.length > 0 ? new Map() : targets, mistakes: inOrder(mistakes) }
}

interface Entries {
  readonly defaults: SharedEntry | undefined
  readonly entries: readonly TargetEntry[]
}

const ofNone: Entries = { defaults: undefined, entries: [] }

async function readEntries(root: FileNode, rules: EntryRules): Promise<Entries> {
  if (root.kind === 'list') return { ...ofNone, entries: await readGroups(root.items, rules) }
  if (root.kind !== 'map') {
    rules.tell({ line: root.line, path: '', what: acceptedFiles })
    return ofNone
  }
  let list: FileNode | undefined
  let defaults: SharedEntry | undefined
  for (const entry of root.entries) {
    const { key, value } = entry
    if (key === 'targets') list = value
    else if (key === 'defaults') defaults = readDefaults(value, key, rules)
    else rules.tell({ ...placeOf(entry, ''), what: acceptedFiles })
  }
  if (list?.kind !== 'list') {
    rules.tell({ line: (list ?? root).line, path: 'targets', what: 'give a list of targets' })
    return ofNone
  }
  const entries: TargetEntry[] = []
  await inSlices(bounded(list.items, rules).entries(), ([index, item]) => {
    entries.push(readTargetEntry(item, `targets[${index}]`, rules))
  })
  return { defaults, entries }
}

const acceptedFiles =
  'give targets, a list, and if need be defaults above it; or the form of file_sd of Prometheus, a list of targets and labels'

function bounded<T>(items: readonly T[], { tell }: EntryRules): readonly T[] {
  if (items.length <= mostTargets) return items
  tell({ line: 1, path: 'targets', what: `there are more than ${mostTargets}` })
  return []
}

/** Reads what Prometheus reads from a file: groups of addresses that have labels in common. */
async function readGroups(
  groups: readonly FileNode[],
  rules: EntryRules,
): Promise<readonly TargetEntry[]> {
  const entries: TargetEntry[] = []
  await inSlices(groups.entries(), ([index, group]) => {
    entries.push(...readGroup(group, `[${index}]`, rules))
  })
  return bounded(entries, rules)
}

function readGroup(group: FileNode, path: string, rules: EntryRules): readonly TargetEntry[] {
  const entries = group.kind === 'map' ? group.entries : []
  const find = (name: string) => entries.find(({ key }) => key === name)
  const [targets, labels] = [find('targets'), find('labels')]
  for (const entry of entries)
    if (entry !== targets && entry !== labels)
      rules.tell({ ...placeOf(entry, path), what: inGroups })
  if (targets?.value.kind !== 'list') {
    rules.tell({
      line: (targets ?? group).line,
      path: `${path}.targets`,
      what: 'give a list of addresses',
    })
    return []
  }
  const common = labels ? labelsOfGroup(labels, path, rules) : {}
  return targets.value.items.map((item, index) => {
    const place = { line: item.line, path: `${path}.targets[${index}]` }
    const address = readAddress(item, place, rules)
    return { place, address, alias: undefined, labels: common, settings: new Map() }
  })
}

const inGroups =
  'in the form of file_sd there are targets and labels alone; settings stand in the form with targets above all'

function labelsOfGroup(entry: FileEntry, path: string, rules: EntryRules) {
  return readLabels(entry.value, placeOf(entry, path), rules, (name) => name.startsWith('__'))
}

/** Two of one address, or of one name, cannot be told apart. */
function tellRepeated(entries: readonly TargetEntry[], tell: EntryRules['tell']): void {
  const addresses = new Map<string, TargetEntry>()
  for (const entry of entries) {
    if (!entry.address) continue
    const identity = formatEndpoint(entry.address.endpoint)
    const other = addresses.get(identity)
    if (other) tell({ ...entry.place, what: `the same server stands in line ${other.place.line}` })
    else addresses.set(identity, entry)
  }
  const aliases = new Map<string, TargetEntry>()
  for (const entry of entries) {
    if (!entry.alias) continue
    const { text, place } = entry.alias
    const other = aliases.get(text) ?? addresses.get(text)
    if (other && other !== entry)
      tell({
        ...place,
        what: `the target of line ${other.place.line} is called so; give another name`,
      })
    else aliases.set(text, entry)
  }
}

function want(
  entry: TargetEntry,
  defaults: SharedEntry | undefined,
  { reader, tell }: EntryRules,
  before: FileTargets,
): [known: string, target: FileTarget | undefined] {
  const { address } = entry
  if (!address) return ['', undefined]
  const placed = combined(defaults?.settings ?? new Map(), entry.settings)
  const texts = new Map([...placed].map(([key, { text }]) => [key, text]))
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

/** Each once, by line: what defaults have wrong is wrong for every target. */
function inOrder(mistakes: readonly FileMistake[]): readonly FileMistake[] {
  const each = new Map(mistakes.map((one) => [JSON.stringify([one.line, one.path, one.what]), one]))
  return [...each.values()].sort((one, other) => one.line - other.line)
}
