import type { Plugin } from 'esbuild'

/** What is not in the bundle, because nothing of ours can reach it. */
const unreachable = [
  // Transports of pino, which do not work in a bundle, are worker threads.
  'thread-stream',
  // The exemplars of prom-client, which no metric of ours has.
  '@opentelemetry/api',
]

/** What stands for a module of the server; see web-classes.ts. */
const alreadySent = '@hono/node-server/utils/response'

// The client of ioredis for clusters, beside the one for a single server.
const clusterClient = /[\\/]ioredis[\\/]built[\\/](Redis|index)\.js$/

/** Packages that are loaded when something of them is used for the first time, with that. */
const loadedWhenUsed: Readonly<Record<string, readonly string[]>> = {
  re2js: ['RE2JS'],
  'pino-pretty': ['prettyFactory'],
  'csv-parse/sync': ['parse'],
  yaml: [
    ...['Composer', 'Lexer', 'LineCounter', 'Parser'],
    ...['isAlias', 'isMap', 'isNode', 'isScalar', 'isSeq'],
  ],
}

/**
 * Keeps what is hardly ever used from being read and run at each start. The others of the bundle
 * see no difference: their imports are looked up where they are used.
 */
export const sparedModules: Plugin = {
  name: 'spared-modules',
  setup(build) {
    const all = [...unreachable, alreadySent, ...Object.keys(loadedWhenUsed)]
    build.onResolve({ filter: exactly(all) }, ({ path, pluginData }) =>
      pluginData === 'real' ? undefined : { path, namespace: 'spared', sideEffects: false },
    )
    build.onResolve({ filter: /^\.\/cluster$/ }, ({ path, importer }) =>
      clusterClient.test(importer) ? { path, namespace: 'spared' } : undefined,
    )
    build.onLoad({ filter: /.*/, namespace: 'spared' }, async ({ path }) => {
      if (path === alreadySent)
        return {
          contents: `export { alreadySent as RESPONSE_ALREADY_SENT } from './src/build/web-classes.ts'`,
          resolveDir: process.cwd(),
        }
      if (!(path in loadedWhenUsed)) return { contents: '', loader: 'js' }
      const { path: file, errors } = await build.resolve(path, {
        kind: 'import-statement',
        resolveDir: process.cwd(),
        pluginData: 'real',
      })
      if (errors.length > 0) return { errors }
      const getters = (loadedWhenUsed[path] ?? []).map(
        (name) => `get ${name}() { return require(${JSON.stringify(file)}).${name} },`,
      )
      return { contents: `module.exports = { ${getters.join(' ')} }`, resolveDir: process.cwd() }
    })
  },
}

function exactly(names: readonly string[]): RegExp {
  return new RegExp(`^(${names.map((name) => name.replaceAll('/', '\\/')).join('|')})$`)
}
