import { readdirSync, readFileSync } from 'node:fs'
import { transformSync } from 'esbuild'
import { parseAst } from 'vitest/node'

const root = new URL('../../src/', import.meta.url)

/** The source files of some folders and of the folders in them, as paths below src. */
export function sourcesIn(...folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.ts'))
      .map((name) => `${folder}/${name}`),
  )
}

/** The regular expressions that are written in a source file. */
export function writtenExpressions(path: string): readonly RegExp[] {
  const source = readFileSync(new URL(path, root), 'utf8')
  const { code } = transformSync(source, { loader: 'ts', format: 'esm' })
  const found: RegExp[] = []
  visit(parseAst(code), (node) => {
    if (isExpression(node)) found.push(new RegExp(node.regex.pattern, node.regex.flags))
  })
  return found
}

/** The regular expressions that source files make of texts when they are loaded. */
export async function madeExpressions(
  paths: readonly string[],
): Promise<ReadonlyMap<string, RegExp>> {
  const made = new Map<string, RegExp>()
  const Original = globalThis.RegExp
  globalThis.RegExp = new Proxy(Original, {
    construct(target, [pattern, flags]: [string, string?]) {
      const one = new target(pattern, flags)
      made.set(String(one), one)
      return one
    },
  })
  try {
    for (const path of paths) await import(new URL(path, root).href)
  } finally {
    globalThis.RegExp = Original
  }
  return made
}

interface Expression {
  readonly regex: { readonly pattern: string; readonly flags: string }
}

function isExpression(node: object): node is Expression {
  return 'regex' in node && typeof node.regex === 'object' && node.regex !== null
}

function visit(node: unknown, see: (node: object) => void): void {
  if (typeof node !== 'object' || node === null) return
  see(node)
  for (const value of Object.values(node)) visit(value, see)
}
