import {
  type CST,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  Parser,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { inSlices, isSliceOver, nextSlice } from '../yielding.ts'
import { type Composed, composeInSlices } from './compose-in-slices.ts'

/** What stands at a place of a file; lines count from 1. */
export type FileNode =
  | { readonly kind: 'text'; readonly line: number; readonly text: string }
  | { readonly kind: 'list'; readonly line: number; readonly items: readonly FileNode[] }
  | { readonly kind: 'map'; readonly line: number; readonly entries: readonly FileEntry[] }
  | { readonly kind: 'nothing'; readonly line: number }

export interface FileEntry {
  readonly key: string
  readonly line: number
  readonly value: FileNode
}

/** The elements of a list, none where nothing stands, as Go programs write it; undefined of anything else. */
export function itemsOf(node: FileNode): readonly FileNode[] | undefined {
  if (node.kind === 'nothing') return []
  return node.kind === 'list' ? node.items : undefined
}

/** What is wrong at a line, in words that show nothing of the file. */
export interface SyntaxMistake {
  readonly line: number
  readonly what: string
}

/** A file as a tree, or what keeps it from being one. */
export type FileTree = { readonly root: FileNode } | { readonly mistakes: readonly SyntaxMistake[] }

// An alias may stand for what holds itself, and ten of ten of ten of them for more than there is memory.
const deepest = 8
const mostOfAliases = 100_000

/** Reads YAML, and so JSON. Numbers and the like are the texts that stand there. */
export async function readFileTree(text: string): Promise<FileTree> {
  const lines = new LineCounter()
  const document = await compose(await tokensOf(text, lines), text.length)
  if (document === 'too deep') return { mistakes: [{ line: 1, what: 'it is nested too deep' }] }
  const lineOf = (offset = 0) => lines.linePos(offset).line
  const mistakes: SyntaxMistake[] = document.errors.map(({ code, pos: [offset] }) => ({
    line: lineOf(offset),
    what: words.get(code) ?? `this is no YAML (${code})`,
  }))
  if (document.next)
    mistakes.push({ line: lineOf(document.next), what: 'a second document begins here; give one' })
  const anchors = new Map<string, unknown>()
  let count = 0
  // What stands there itself takes a character at least.
  const mostNodes = text.length + mostOfAliases

  /** The node itself, or what an alias stands for. */
  function resolved(given: unknown, line: number): unknown {
    if (isNode(given) && !isAlias(given) && given.anchor) anchors.set(given.anchor, given)
    if (!isAlias(given)) return given
    if (anchors.has(given.source)) return anchors.get(given.source)
    mistakes.push({ line, what: words.get('BAD_ALIAS') ?? '' })
    return undefined
  }

  function convert(given: unknown, above: number, depth: number): FileNode {
    const line = lineOfNode(given) ?? above
    const node = resolved(given, line)
    if (++count > mostNodes || depth > deepest) return { kind: 'nothing', line }
    if (isMap(node)) {
      const entries = node.items.map((item) => entryOf(item, line, depth + 1))
      return { kind: 'map', line, entries }
    }
    if (isSeq(node)) {
      const items = node.items.map((item) => convert(item, line, depth + 1))
      return { kind: 'list', line, items }
    }
    const isText = isScalar(node) && node.value !== null
    return isText ? { kind: 'text', line, text: textOf(node) } : { kind: 'nothing', line }
  }

  function entryOf({ key, value }: Pair, above: number, depth: number): FileEntry {
    const line = lineOfNode(key) ?? above
    return { key: keyOf(key), line, value: convert(value, line, depth) }
  }

  /** The same for the topmost list or map, in slices. */
  async function convertTop(node: unknown): Promise<FileNode> {
    if (isSeq(node)) return convertList(node, 1, 0)
    return isMap(node) ? convertMap(node, 1, 0) : convert(node, 1, 0)
  }

  async function convertMap(map: YAMLMap, above: number, depth: number): Promise<FileNode> {
    const own = lineOfNode(map) ?? above
    resolved(map, own)
    const entries: FileEntry[] = []
    for (const item of map.items) {
      const { key, value } = item
      const line = lineOfNode(key) ?? own
      const list = isSeq(value) ? await convertList(value, line, depth + 1) : undefined
      entries.push(list ? { key: keyOf(key), line, value: list } : entryOf(item, own, depth + 1))
    }
    return { kind: 'map', line: own, entries }
  }

  async function convertList(list: YAMLSeq, above: number, depth: number): Promise<FileNode> {
    const line = lineOfNode(list) ?? above
    resolved(list, line)
    const items: FileNode[] = []
    for (const item of list.items) {
      const isGroup = isMap(item) && item.items.some(({ value }) => isLong(value))
      items.push(isGroup ? await convertMap(item, line, depth + 1) : convert(item, line, depth + 1))
      if (isSliceOver()) await nextSlice()
    }
    return { kind: 'list', line, items }
  }

  function lineOfNode(node: unknown): number | undefined {
    return isNode(node) && node.range ? lineOf(node.range[0]) : undefined
  }

  const root = await convertTop(document.contents)
  if (count > mostNodes) mistakes.push({ line: 1, what: 'its aliases stand for too much' })
  return mistakes.length > 0 ? { mistakes } : { root }
}

interface Pair {
  readonly key: unknown
  readonly value: unknown
}

/** The tokens of a text, in slices: a thousand targets take longer than others can wait. */
async function tokensOf(text: string, lines: LineCounter): Promise<readonly CST.Token[]> {
  const tokens: CST.Token[] = []
  const parser = new Parser(lines.addNewLine)
  lines.addNewLine(0)
  await inSlices(new Lexer().lex(text), (lexeme) => {
    tokens.push(...parser.next(lexeme))
  })
  return [...tokens, ...parser.end()]
}

// The library follows brackets by calling itself.
async function compose(tokens: readonly CST.Token[], end: number): Promise<Composed | 'too deep'> {
  try {
    return await composeInSlices(tokens, end)
  } catch {
    return 'too deep'
  }
}

/** A list that is converted in slices of its own, as a group of targets. */
function isLong(value: unknown): boolean {
  return isSeq(value) && value.items.length > 50
}

function keyOf(key: unknown): string {
  return isScalar(key) ? textOf(key) : ''
}

// `0.10`, `1e3` and `yes` are what stands there and no more.
function textOf({ value, source }: { readonly value: unknown; readonly source?: string }) {
  return typeof value === 'string' ? value : (source ?? String(value))
}

const words: ReadonlyMap<string, string> = new Map([
  ['BAD_INDENT', 'the indentation does not fit what stands above, or a bracket is missing'],
  ['TAB_AS_INDENT', 'tabs do not indent in YAML'],
  ['DUPLICATE_KEY', 'this name stands twice'],
  ['BAD_ALIAS', 'there is no anchor of this name above'],
  ['MISSING_CHAR', 'a quote, a bracket or a comma is missing'],
  ['BLOCK_AS_IMPLICIT_KEY', 'the indentation or a colon is wrong here'],
  ['MULTILINE_IMPLICIT_KEY', 'a colon is missing, or a quote'],
  ['UNEXPECTED_TOKEN', 'something stands here that does not belong'],
  ['BAD_SCALAR_START', 'what begins with this character stands in quotes'],
  ['BAD_DQ_ESCAPE', 'there is no such escape in double quotes'],
])
