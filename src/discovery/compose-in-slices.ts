import { Composer, type CST, isSeq, visit, type YAMLError } from 'yaml'
import { inSlices } from '../yielding.ts'

/** A document of YAML, as far as it is one. */
export interface Composed {
  readonly contents: unknown
  readonly errors: readonly Pick<YAMLError, 'code' | 'pos'>[]
  /** Where a second document begins. */
  readonly next: number | undefined
}

type ListToken = CST.BlockSequence | CST.FlowCollection

/** A list without what the library shall not compose in one go. */
interface LongList {
  readonly list: ListToken
  readonly parts: readonly CST.Token[]
}

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
  const long = tokens.flatMap((one) => (one.type === 'document' ? longLists(one.value) : []))
  const composer = new Composer({ prettyErrors: false, keepSourceTokens: long.length > 0 })
  const [document, another] = composer.compose(tokens, true, end)
  if (!document) return { contents: null, errors: [], next: undefined }
  const errors = [...document.errors]
  for (const { list, parts } of long) {
    const found: unknown[] = []
    await inSlices(parts, (value) => {
      const token: CST.Document = { type: 'document', offset: value.offset, start: [], value }
      const [part] = new Composer({ prettyErrors: false }).compose([token])
      errors.push(...(part?.errors ?? []))
      if (isSeq(part?.contents)) found.push(...part.contents.items)
    })
    visit(document, {
      Seq(_, node) {
        if (node.srcToken !== list) return undefined
        node.items.splice(mostAtOnce, 0, ...found)
        return visit.BREAK
      },
    })
  }
  return { contents: document.contents, errors, next: another?.range[0] }
}

/** Takes apart the lists that are the whole of a document, or stand in its topmost map. */
function longLists(token: CST.Token | undefined): readonly LongList[] {
  const list = asList(token)
  if (list) return takeApart(list)
  const isMap = token?.type === 'block-map' || token?.type === 'flow-collection'
  const values = isMap ? token.items.map(({ value }) => asList(value)) : []
  return values.flatMap((one) => (one ? takeApart(one) : []))
}

function asList(token: CST.Token | null | undefined): ListToken | undefined {
  if (token?.type === 'block-seq') return token
  // One without an end is left to the library, which tells that.
  const isList = token?.type === 'flow-collection' && token.end[0]?.type === 'flow-seq-end'
  return isList ? token : undefined
}

// The first ones stay, and the last one, since what comes behind the list is placed by its end.
function takeApart(list: ListToken): readonly LongList[] {
  const items: CST.CollectionItem[] = list.items
  const parts: CST.CollectionItem[][] = []
  for (let at = mostAtOnce; at < items.length - 1; at += mostAtOnce)
    parts.push(items.slice(at, Math.min(at + mostAtOnce, items.length - 1)))
  const isComma = ({ type }: CST.SourceToken) => type === 'comma'
  // In brackets a comma stands between two: one that is missing or too many is left to the library.
  const isWhole =
    parts.every(([first]) => first?.start.filter(isComma).length === 1) &&
    items.every(({ key, value }, at) => key || value || at === items.length - 1)
  if (parts.length === 0 || (list.type === 'flow-collection' && !isWhole)) return []
  items.splice(mostAtOnce, items.length - 1 - mostAtOnce)
  return [
    {
      list,
      parts: parts.map(
        (part) => ({ ...list, offset: beginOf(part), items: withoutComma(part) }) as ListToken,
      ),
    },
  ]
}

function beginOf([first]: readonly CST.CollectionItem[]): number {
  return first?.start[0]?.offset ?? first?.value?.offset ?? 0
}

/** Before the first item of a list there is none. */
function withoutComma([first, ...others]: readonly CST.CollectionItem[]): CST.CollectionItem[] {
  if (!first) return []
  return [{ ...first, start: first.start.filter(({ type }) => type !== 'comma') }, ...others]
}
