import { Composer, type CST, isMap, isSeq, type YAMLError, type YAMLSeq } from 'yaml'
import { inSlices } from '../yielding.ts'

/** A document of YAML, as far as it is one. */
export interface Composed {
  readonly contents: unknown
  readonly errors: readonly Pick<YAMLError, 'code' | 'pos'>[]
  /** Where a second document begins. */
  readonly next: number | undefined
}

type ListToken = CST.BlockSequence | CST.FlowCollection

/** What the library shall not compose in one go of a list, which goes without. */
type LongList = readonly [list: unknown, parts: readonly CST.Token[]]

const mostAtOnce = 50

/**
 * Composes the tokens of a text of so many characters. The library does that in one go, which for a
 * thousand targets takes longer than others can wait: so long lists are handed to it in parts, each a
 * list of its own. Changes the tokens.
 */
export async function composeInSlices(
  tokens: readonly CST.Token[],
  end: number,
): Promise<Composed> {
  const long = new Map(
    tokens.flatMap((one) => (one.type === 'document' ? longLists(one.value) : [])),
  )
  const options = { prettyErrors: false, keepSourceTokens: long.size > 0 }
  const [document, another] = new Composer(options).compose(tokens, true, end)
  if (!document) return { contents: null, errors: [], next: undefined }
  const errors = [...document.errors]
  for (const node of listsIn(document.contents)) {
    const found: unknown[] = []
    await inSlices(long.get(node.srcToken) ?? [], (value) => {
      const token: CST.Document = { type: 'document', offset: value.offset, start: [], value }
      const [part] = new Composer(options).compose([token])
      errors.push(...(part?.errors ?? []))
      if (isSeq(part?.contents)) found.push(...part.contents.items)
    })
    if (found.length > 0) node.items.splice(mostAtOnce, 0, ...found)
  }
  return { contents: document.contents, errors, next: another?.range[0] }
}

/**
 * Takes apart the lists that are the whole of a document or stand in its topmost map, and those that
 * stand in what these list.
 */
function longLists(token: CST.Token | undefined): readonly LongList[] {
  const list = asList(token)
  const lists = list ? [list] : listsOf(token)
  const inner = lists.flatMap(({ items }) => items.flatMap(({ value }) => listsOf(value)))
  return [...lists, ...inner].flatMap(takeApart)
}

function listsOf(token: CST.Token | null | undefined): readonly ListToken[] {
  const isMap = token?.type === 'block-map' || token?.type === 'flow-collection'
  return isMap ? token.items.flatMap(({ value }) => asList(value) ?? []) : []
}

/** The same lists when they are composed, the outer ones first: what is added to these is seen. */
function* listsIn(contents: unknown): Generator<YAMLSeq> {
  const lists = isSeq(contents) ? [contents] : listsWithin(contents)
  yield* lists
  for (const { items } of lists) for (const item of items) yield* listsWithin(item)
}

function listsWithin(node: unknown): readonly YAMLSeq[] {
  return isMap(node) ? node.items.flatMap(({ value }) => (isSeq(value) ? value : [])) : []
}

function asList(token: CST.Token | null | undefined): ListToken | undefined {
  if (token?.type === 'block-seq') return token
  // One without an end is left to the library, which tells that.
  const isList = token?.type === 'flow-collection' && token.end[0]?.type === 'flow-seq-end'
  return isList ? token : undefined
}

// The first ones stay, and the last one, since what comes behind the list is placed by its end: with
// what comes behind it without a dash, which is placed by the end of what comes before it.
function takeApart(list: ListToken): readonly LongList[] {
  const items: CST.CollectionItem[] = list.items
  const hasBegin = ({ start }: CST.CollectionItem) =>
    list.type === 'flow-collection' || start.some(({ type }) => type === 'seq-item-ind')
  const last = items.findLastIndex(hasBegin)
  const parts: CST.CollectionItem[][] = []
  for (let at = mostAtOnce; at < last; at += mostAtOnce)
    parts.push(items.slice(at, Math.min(at + mostAtOnce, last)))
  const isComma = ({ type }: CST.SourceToken) => type === 'comma'
  // In brackets a comma stands between two: one that is missing or too many is left to the library.
  const isWhole =
    parts.every(([first]) => first?.start.filter(isComma).length === 1) &&
    items.every(({ key, value }, at) => key || value || at === items.length - 1)
  if (parts.length === 0 || (list.type === 'flow-collection' && !isWhole)) return []
  items.splice(mostAtOnce, last - mostAtOnce)
  const lists = parts.map(
    (part) => ({ ...list, offset: beginOf(part), items: withoutComma(part) }) as ListToken,
  )
  return [[list, lists]]
}

function beginOf([first]: readonly CST.CollectionItem[]): number {
  return first?.start[0]?.offset ?? first?.value?.offset ?? 0
}

/** Before the first item of a list there is none. */
function withoutComma([first, ...others]: readonly CST.CollectionItem[]): CST.CollectionItem[] {
  if (!first) return []
  return [{ ...first, start: first.start.filter(({ type }) => type !== 'comma') }, ...others]
}
