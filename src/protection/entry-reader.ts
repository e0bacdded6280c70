import { nearestName } from '../config/nearest-name.ts'
import type { FileEntry, FileNode } from '../discovery/file-tree.ts'
import { shownName } from '../discovery/shown-name.ts'
import type { FileMistake } from '../discovery/target-entry.ts'

export type Tell = (mistake: FileMistake) => void

/** A value at its place in a file. */
export interface Placed {
  readonly node: FileNode
  readonly line: number
  readonly path: string
}

/** The entries of a map by their keys; those that are not known are told of. */
export function entriesOf(
  { node, line, path }: Placed,
  known: readonly string[],
  tell: Tell,
): ReadonlyMap<string, Placed> {
  const within = path === '' ? '' : `${path}.`
  if (node.kind !== 'map') {
    tell({ line, path, what: `give ${known.join(', ')}` })
    return new Map()
  }
  const found = node.entries.map((entry) => [entry.key, placed(entry, within)] as const)
  for (const [key, place] of found.filter(([key]) => !known.includes(key))) {
    const meant = key.length > 100 ? undefined : nearestName(key, known)
    const hint = meant ? `did you mean ${meant}?` : `there is ${known.join(', ')}`
    tell({ line: place.line, path: place.path, what: `there is no such setting; ${hint}` })
  }
  return new Map(found)
}

function placed({ key, line, value }: FileEntry, within: string): Placed {
  return { node: value, line, path: `${within}${shownName(key)}` }
}

/** A text that stands somewhere; undefined, which is told of, where something else does. */
export function textAt(
  place: Placed | undefined,
  tell: Tell,
  accepts = 'a text',
): string | undefined {
  if (!place) return undefined
  const { node, line, path } = place
  if (node.kind === 'text' && node.text !== '') return node.text
  tell({ line, path, what: `give ${accepts}` })
  return undefined
}

/** What a name stands for; one that is not known is told of with those that are. */
export function namedAt<T>(
  place: Placed | undefined,
  names: ReadonlyMap<string, T>,
  tell: Tell,
): T | undefined {
  const accepts = `one of ${[...names.keys()].join(', ')}`
  const text = textAt(place, tell, accepts)
  if (text === undefined || !place) return undefined
  const found = names.get(text)
  if (found === undefined)
    tell({ line: place.line, path: place.path, what: `it is not known; give ${accepts}` })
  return found
}

/** The elements of a list, each at its place; none where there is none. */
export function itemsAt(place: Placed | undefined, tell: Tell): readonly Placed[] {
  if (!place) return []
  const { node, line, path } = place
  if (node.kind === 'list')
    return node.items.map((item, index) => ({
      node: item,
      line: item.line,
      path: `${path}[${index}]`,
    }))
  tell({ line, path, what: 'give a list' })
  return []
}

const truths: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

export function truthAt(place: Placed | undefined, tell: Tell): boolean | undefined {
  return namedAt(place, truths, tell)
}
