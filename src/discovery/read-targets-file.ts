import { createAddressIndex } from '../targets/address-index.ts'
import { identityOf } from '../targets/one-spelling.ts'
import { targetAt } from '../targets/target-at.ts'
import { inSlices } from '../yielding.ts'
import { readGroups } from './file-sd-groups.ts'
import {
  type FileTarget,
  type FileTargets,
  remarksOn,
  type WishedTarget,
  wantTarget,
  wishOf,
} from './file-target.ts'
import { type FileNode, itemsOf, readFileTree } from './file-tree.ts'
import { type ReadNamedFiles, readNamedFiles } from './read-named-files.ts'
import {
  type EntryRules,
  type FileMistake,
  placeOf,
  readDefaults,
  readTargetEntry,
  type SharedEntry,
  type TargetEntry,
} from './target-entry.ts'
import type { FileVersion } from './versioned-file.ts'

export interface TargetsRead {
  readonly targets: FileTargets
  /** In the order of their lines; where there are any, there are no targets. */
  readonly mistakes: readonly FileMistake[]
  /** What is accepted and changes nothing, of targets that are new. */
  readonly remarks: readonly FileMistake[]
  /** The files that mistakes are about, with the version of each that was read. */
  readonly faulty: ReadonlyMap<string, FileVersion>
}

const mostTargets = 10_000

const nothing: TargetsRead = { targets: new Map(), mistakes: [], remarks: [], faulty: new Map() }

/**
 * Reads the text of a targets file. What stands there as it stood before is the very same target as
 * before, so that nobody takes it for another one.
 */
export async function readTargetsFile(
  text: string,
  rules: Omit<EntryRules, 'tell'>,
  before: FileTargets = new Map(),
  readFiles: ReadNamedFiles = readNamedFiles,
): Promise<TargetsRead> {
  const mistakes: FileMistake[] = []
  const tell = (mistake: FileMistake) => void mistakes.push(mistake)
  // A list of none, as Go programs write it; a file in which nothing stands may be one that is being written.
  if (text.trim() === 'null') return nothing
  const tree = await readFileTree(text)
  if ('mistakes' in tree) {
    for (const { line, what } of tree.mistakes) tell({ line, path: '', what })
    return { ...nothing, mistakes }
  }
  const { defaults, entries } = await readEntries(tree.root, { ...rules, tell })
  await tellRepeated(entries, tell)
  const wishes: WishedTarget[] = []
  const named = new Set<string>()
  await inSlices(entries, (entry) => {
    const wish = wishOf(entry, defaults)
    if (!wish) return
    wishes.push(wish)
    if (!before.has(wish.known))
      for (const path of rules.reader.filesOf(wish.texts)) named.add(path)
  })
  const files = await readFiles(named)
  const targets = new Map<string, FileTarget>()
  const remarks: FileMistake[] = []
  await inSlices(wishes, (wish) => {
    const same = before.get(wish.known)
    targets.set(wish.known, same ?? wantTarget(wish, files.read, { ...rules, tell }))
    if (!same) remarks.push(...remarksOn(wish, rules))
  })
  if (mistakes.length === 0) return { ...nothing, targets, remarks }
  const faulty = new Set(mistakes.flatMap(({ files = [] }) => files))
  return {
    ...nothing,
    mistakes: inOrder(mistakes),
    faulty: new Map([...faulty].map((path) => [path, files.versionOf(path)])),
  }
}

interface Entries {
  readonly defaults: SharedEntry | undefined
  readonly entries: readonly TargetEntry[]
}

const ofNone: Entries = { defaults: undefined, entries: [] }

async function readEntries(root: FileNode, rules: EntryRules): Promise<Entries> {
  if (root.kind === 'list')
    return { ...ofNone, entries: bounded(await readGroups(root.items, rules), rules) }
  if (root.kind !== 'map') {
    rules.tell({ line: root.line, path: '', what: acceptedFiles })
    return ofNone
  }
  let list: FileNode | undefined
  let defaults: SharedEntry | undefined
  for (const entry of root.entries) {
    const { key, value } = entry
    if (key === 'targets') list = value
    else if (key === 'defaults')
      defaults = value.kind === 'nothing' ? undefined : readDefaults(value, key, rules)
    else rules.tell({ ...placeOf(entry, ''), what: acceptedFiles })
  }
  const items = list && itemsOf(list)
  if (!items) {
    rules.tell({ line: (list ?? root).line, path: 'targets', what: 'give a list of targets' })
    return ofNone
  }
  const entries: TargetEntry[] = []
  await inSlices(bounded(items, rules).entries(), ([index, item]) => {
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

/** Two of one address, or of one name, cannot be told apart; nor one that is called by the address of another. */
async function tellRepeated(
  entries: readonly TargetEntry[],
  tell: EntryRules['tell'],
): Promise<void> {
  const addresses = createAddressIndex<AtAddress>()
  await inSlices(entries, (entry) => {
    if (!entry.address) return
    const address = identityOf(entry.address.endpoint)
    const other = addresses.named(address)
    if (other)
      tell({ ...entry.place, what: `the same server stands in line ${other.entry.place.line}` })
    else addresses.add({ name: address, address, entry })
  })
  const aliases = new Map<string, TargetEntry>()
  await inSlices(entries, (entry) => {
    if (!entry.alias) return
    const { text, place } = entry.alias
    const other = aliases.get(text) ?? targetAt(addresses, text)?.entry
    if (other && other !== entry)
      tell({
        ...place,
        what: `the target of line ${other.place.line} is called so; give another name`,
      })
    else aliases.set(text, entry)
  })
}

interface AtAddress {
  readonly name: string
  readonly address: string
  readonly entry: TargetEntry
}

/** Each once, by line: what defaults have wrong is wrong for every target. */
function inOrder(mistakes: readonly FileMistake[]): readonly FileMistake[] {
  const each = new Map(mistakes.map((one) => [JSON.stringify([one.line, one.path, one.what]), one]))
  return [...each.values()].sort((one, other) => one.line - other.line)
}
