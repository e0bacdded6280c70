import { inSlices } from '../yielding.ts'
import { type FileEntry, type FileNode, itemsOf } from './file-tree.ts'
import { type EntryRules, placeOf, readAddress, type TargetEntry } from './target-entry.ts'
import { readLabels } from './target-labels.ts'

/** Reads what Prometheus reads from a file: groups of addresses that have labels in common. */
export async function readGroups(
  groups: readonly FileNode[],
  rules: EntryRules,
): Promise<readonly TargetEntry[]> {
  const entries: TargetEntry[] = []
  await inSlices(entriesOf(groups, rules), (entry) => void entries.push(entry))
  return entries
}

function* entriesOf(groups: readonly FileNode[], rules: EntryRules): Generator<TargetEntry> {
  for (const [index, group] of groups.entries()) yield* readGroup(group, `[${index}]`, rules)
}

function* readGroup(group: FileNode, path: string, rules: EntryRules): Generator<TargetEntry> {
  const entries = group.kind === 'map' ? group.entries : []
  const find = (name: string) => entries.find(({ key }) => key === name)
  const [targets, labels] = [find('targets'), find('labels')]
  for (const entry of entries)
    if (entry !== targets && entry !== labels)
      rules.tell({ ...placeOf(entry, path), what: inGroups })
  // As for Prometheus, a group may do without.
  const items = group.kind === 'map' && (targets ? itemsOf(targets.value) : [])
  if (!items) {
    rules.tell({
      line: (targets ?? group).line,
      path: `${path}.targets`,
      what: 'give a list of addresses',
    })
    return
  }
  const common = labels ? labelsOfGroup(labels, path, rules) : {}
  for (const [index, item] of items.entries()) {
    const place = { line: item.line, path: `${path}.targets[${index}]` }
    const address = readAddress(item, place, rules)
    yield { place, address, alias: undefined, labels: common, settings: new Map() }
  }
}

const inGroups =
  'in the form of file_sd there are targets and labels alone; settings stand in the form with targets above all'

function labelsOfGroup(entry: FileEntry, path: string, rules: EntryRules) {
  return readLabels(entry.value, placeOf(entry, path), rules, isDropped)
}

function isDropped({ key, value }: FileEntry): boolean {
  return key.startsWith('__') || value.kind === 'nothing'
}
