import { shownText } from '../config/shown-text.ts'
import type { TargetReader } from '../config/target-reader.ts'
import type { Option } from '../options/option.ts'
import { type Address, acceptedAddresses, parseAddress } from '../targets/address.ts'
import { addressHint } from '../targets/address-hint.ts'
import type { FileEntry, FileNode } from './file-tree.ts'
import { shownName } from './shown-name.ts'
import { type LabelRules, readLabels } from './target-labels.ts'

/** Where something stands in a file: the line, from 1, and the way to it, such as `targets[2].alias`. */
export interface FilePlace {
  readonly line: number
  readonly path: string
}

/** What is wrong at a place, without anything that may be a secret. */
export interface FileMistake extends FilePlace {
  readonly what: string
  /** The files by their paths that it is about: with another version of one it may be none. */
  readonly files?: readonly string[]
}

export interface PlacedText {
  readonly text: string
  readonly place: FilePlace
}

/** What may stand in a file for all targets as well as for one. */
export interface SharedEntry {
  readonly labels: Readonly<Record<string, string>>
  /** By the keys of their options. */
  readonly settings: ReadonlyMap<string, PlacedText>
}

/** What stands in a file for one target. */
export interface TargetEntry extends SharedEntry {
  readonly place: FilePlace
  /** Undefined where none is given, or a wrong one. */
  readonly address: Address | undefined
  readonly alias: PlacedText | undefined
}

export interface EntryRules extends LabelRules {
  readonly reader: TargetReader
  readonly tell: (mistake: FileMistake) => void
}

const addressNames = ['address', 'redis.addr', 'redis.url']
const mostCharacters = 200

/** Reads what stands for one target. */
export function readTargetEntry(node: FileNode, path: string, rules: EntryRules): TargetEntry {
  const entries = entriesOf(node, path, rules)
  const addresses = entries.filter(({ key }) => addressNames.includes(key))
  const [given, again] = addresses
  if (again) rules.tell({ ...placeOf(again, path), what: 'the address is given twice' })
  if (node.kind === 'map' && !given)
    rules.tell({
      line: node.line,
      path,
      what: `the address is missing; give ${acceptedAddresses}`,
    })
  const alias = entries.find(({ key }) => key === 'alias')
  return {
    place: { line: node.line, path },
    address: given && readAddress(given.value, placeOf(given, path), rules),
    alias: alias && readAlias(alias.value, placeOf(alias, path), rules),
    ...readShared(
      entries.filter((entry) => entry !== alias && !addresses.includes(entry)),
      path,
      rules,
    ),
  }
}

/** Reads what stands for all targets: neither address nor alias can be given. */
export function readDefaults(node: FileNode, path: string, rules: EntryRules): SharedEntry {
  const entries = entriesOf(node, path, rules)
  const ofOne = entries.filter(({ key }) => key === 'alias' || addressNames.includes(key))
  for (const entry of ofOne)
    rules.tell({ ...placeOf(entry, path), what: 'each target has its own; give it there' })
  return readShared(
    entries.filter((entry) => !ofOne.includes(entry)),
    path,
    rules,
  )
}

function entriesOf(node: FileNode, path: string, { tell }: EntryRules): readonly FileEntry[] {
  if (node.kind === 'map') return node.entries
  tell({
    line: node.line,
    path,
    what: 'give settings by their names, such as address, alias, labels and check-keys',
  })
  return []
}

function readShared(entries: readonly FileEntry[], path: string, rules: EntryRules): SharedEntry {
  const settings = new Map<string, PlacedText>()
  let labels: SharedEntry['labels'] = {}
  for (const entry of entries) {
    const place = placeOf(entry, path)
    if (entry.key === 'labels') labels = readLabels(entry.value, place, rules)
    else addSetting(entry, place, settings, rules)
  }
  return { labels, settings }
}

export function placeOf({ key, line }: FileEntry, path: string): FilePlace {
  const name = shownName(key)
  return { line, path: path === '' ? name : `${path}.${name}` }
}

/** The address of a target; a password in it is a mistake. */
export function readAddress(
  node: FileNode,
  place: FilePlace,
  { tell }: Pick<EntryRules, 'tell'>,
): Address | undefined {
  const text = node.kind === 'text' ? node.text : ''
  const address = parseAddress(text)
  const isList = /[,;\s]/.test(text.replace(/^.*@/s, ''))
  const hint = isList ? 'a target has one address' : addressHint(text)
  if (!address)
    tell({
      ...place,
      what: `the value is not accepted${hint ? `: ${hint}` : ''}; give ${acceptedAddresses}`,
    })
  if (address?.credentials.password) tell({ ...place, what: passwordInAddress })
  return address
}

const passwordInAddress =
  'an address holds no password here, since this file is no secret, and what stands before an @ without a ' +
  'colon is one; give user, and password-file or password-command'

function readAlias(node: FileNode, place: FilePlace, { tell }: EntryRules): PlacedText | undefined {
  const text = node.kind === 'text' ? node.text : ''
  const isName = /^\S(.*\S)?$/.test(text) && !/\p{C}/u.test(text) && text.length <= mostCharacters
  if (isName) return { text, place }
  const given = node.kind === 'text' ? `${shownText(text)} is not accepted` : 'it is no text'
  const accepts = `a text in one line of 1 to ${mostCharacters} characters, without blanks at its ends`
  tell({ ...place, what: `${given}; give ${accepts}` })
  return undefined
}

function addSetting(
  { key: name, value }: FileEntry,
  place: FilePlace,
  settings: Map<string, PlacedText>,
  { reader, tell }: EntryRules,
): void {
  const found = reader.find(name)
  if (typeof found === 'string') {
    tell({ ...place, what: found })
    return
  }
  const before = settings.get(found.key)
  if (before) {
    tell({ ...place, what: `it is given twice, also in line ${before.place.line}` })
    return
  }
  const { text, mistake } = textOf(value, found.option)
  const what = mistake ?? reader.mistakeOf(found.key, text)
  if (what === undefined) settings.set(found.key, { text, place })
  else tell({ ...place, what })
}

function textOf(node: FileNode, { kind }: Option): { text: string; mistake?: string } {
  const wrong = (what: string) => ({ text: '', mistake: `${what}; give ${kind.accepts}` })
  if (node.kind === 'text') return { text: node.text }
  if (node.kind === 'nothing') return wrong('the value is missing')
  if (node.kind === 'map') return wrong('settings within settings are not accepted')
  if (!kind.join) return wrong('a list is not accepted')
  const texts = node.items.flatMap((item) => (item.kind === 'text' ? [item.text] : []))
  if (texts.length < node.items.length) return wrong('a list holds texts only')
  const text = kind.join(texts)
  return text === undefined ? wrong('what stands in the list may hold no comma') : { text }
}
