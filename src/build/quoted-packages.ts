import { type BuildOptions, build as buildBundle, type Plugin } from 'esbuild'
import { exactly } from './spared-modules.ts'

/** Packages that few need, and what is used of them. */
const rarelyUsed: Readonly<Record<string, readonly string[]>> = {
  commander: ['Command', 'CommanderError', 'Option'],
  re2js: ['RE2JS'],
  'csv-parse/sync': ['parse'],
  yaml: [
    ...['Composer', 'Lexer', 'LineCounter', 'Parser'],
    ...['isAlias', 'isMap', 'isNode', 'isScalar', 'isSeq', 'visit'],
  ],
}

/**
 * Puts packages into the bundle as texts, which are read as programs when something of them is used
 * for the first time: V8 skips a text many times faster than a program that it does not run.
 * `onInputs` is told the files that are in there.
 */
export function quotedPackages(
  options: BuildOptions,
  onInputs: (files: readonly string[]) => void,
): Plugin {
  return {
    name: 'quoted-packages',
    setup(build) {
      build.onResolve({ filter: exactly(Object.keys(rarelyUsed)) }, ({ path, pluginData }) =>
        pluginData === 'real' ? undefined : { path, namespace: 'quoted', sideEffects: false },
      )
      build.onLoad({ filter: /.*/, namespace: 'quoted' }, async ({ path }) => {
        const { path: file, errors } = await build.resolve(path, {
          kind: 'import-statement',
          resolveDir: process.cwd(),
          pluginData: 'real',
        })
        if (errors.length > 0) return { errors }
        const { metafile, outputFiles } = await buildBundle({
          ...options,
          entryPoints: [file],
          write: false,
          metafile: true,
        })
        onInputs(Object.keys(metafile.inputs))
        const text = outputFiles.map((output) => output.text).join('')
        return { contents: whenUsed(path, text), resolveDir: process.cwd() }
      })
    },
  }
}

function whenUsed(name: string, text: string): string {
  const getters = (rarelyUsed[name] ?? []).map((key) => `get ${key}() { return load().${key} },`)
  return `
const text = () => ${JSON.stringify(text)}
let loaded
function load() {
  if (loaded) return loaded.exports
  loaded = { exports: {} }
  const named = { filename: ${JSON.stringify(`redis-exporter/${name}`)} }
  require('node:vm').compileFunction(text(), ['module', 'exports', 'require'], named)(loaded, loaded.exports, require)
  return loaded.exports
}
module.exports = { ${getters.join(' ')} }`
}
