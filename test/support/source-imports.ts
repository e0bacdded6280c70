import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

export interface SourceImport {
  /** The importing file from the top of the project: `src/http/app.ts`. */
  readonly file: string
  /** What it imports: a package with its path, or a file from the top of the project. */
  readonly imported: string
}

/** The folders of src. */
export function sourceFolders(): readonly string[] {
  return readdirSync(join(root, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
}

/** The files of the source, each from the top of the project. */
export function sourceFiles(): readonly string[] {
  return readdirSync(join(root, 'src'), { recursive: true })
    .map((path) => join('src', String(path)))
    .filter((path) => path.endsWith('.ts'))
}

/** Everything that the sources import, by whatever form of import. */
export function sourceImports(): readonly SourceImport[] {
  return sourceFiles().flatMap((file) =>
    importedBy(readFileSync(join(root, file), 'utf8')).map((imported) => ({
      file,
      imported: imported.startsWith('.') ? normalize(join(dirname(file), imported)) : imported,
    })),
  )
}

/** The names that a text declares and exports. */
export function exportedNames(source: string): readonly string[] {
  const declared = /^export (?:async )?(?:function\*?|const|let|interface|type|class) (\w+)/gm
  return [...source.matchAll(declared)].map(([, name = '']) => name)
}

/** The modules that a text imports, with `from`, for their effects, or later. */
export function importedBy(source: string): readonly string[] {
  const imports = /\b(?:from|import|import\(|require\()\s*(['"])([^'"\n]+)\1/g
  return [...source.matchAll(imports)].map(([, , module = '']) => module)
}
