import { createRequire } from 'node:module'
import type { Plugin } from 'esbuild'

const functionWhenUsed = (file: string) =>
  `module.exports = (...args) => require(${JSON.stringify(file)})(...args)`

/** What is not in the bundle, or not run at the start, and what stands for it. */
const standIns: Readonly<Record<string, string>> = {
  // Nothing of ours can reach the transports of pino, which do not work in a bundle, are worker threads.
  'thread-stream': '',
  worker_threads: 'exports.isMainThread = true',
  // But bcrypt runs in one, where it is needed.
  'node:worker_threads': `module.exports = { isMainThread: true, get Worker() { return require('node:worker_threads').Worker } }`,
  // The exemplars of prom-client, which no metric of ours has.
  '@opentelemetry/api': '',
  // Colours of what ioredis tells a developer of its own.
  'supports-color': '',
  // Metrics of Node.js, which are only served where a setting asks for them.
  './lib/defaultMetrics': functionWhenUsed('prom-client/lib/defaultMetrics.js'),
  // Of the server; see web-classes.ts.
  '@hono/node-server/utils/response': `export { alreadySent as RESPONSE_ALREADY_SENT } from './src/build/web-classes.ts'`,
}

/** Files of packages that are left out as well, by who asks for them under which name. */
const sparedFiles: readonly (readonly [by: RegExp, name: RegExp])[] = [
  // The client for clusters, beside the one for a single server.
  [/\/ioredis\/built\/(Redis|index)\.js$/, /^\.\/cluster$/],
  [/\/prom-client\/index\.js$/, /^\.\/lib\/(summary|pushgateway|cluster|defaultMetrics)$/],
]

/** Modules of Node.js that are loaded when something of them is used for the first time. */
const loadedWhenUsed = [
  ...['assert', 'child_process', 'crypto', 'fs/promises', 'http2', 'https', 'os'],
  ...['perf_hooks', 'tls', 'tty'],
].flatMap((name) => [name, `node:${name}`])

const require = createRequire(import.meta.url)

/**
 * Keeps what is hardly ever used from being read and run at each start. The others of the bundle
 * see no difference: their imports are looked up where they are used.
 */
export const sparedModules: Plugin = {
  name: 'spared-modules',
  setup(build) {
    const all = [...Object.keys(standIns), ...loadedWhenUsed]
    build.onResolve({ filter: exactly(all) }, ({ path, namespace }) =>
      namespace === 'spared'
        ? { path, external: true }
        : { path, namespace: 'spared', sideEffects: false },
    )
    for (const [by, name] of sparedFiles)
      build.onResolve({ filter: name }, ({ path, importer }) =>
        by.test(importer.replaceAll('\\', '/')) ? { path, namespace: 'spared' } : undefined,
      )
    build.onLoad({ filter: /.*/, namespace: 'spared' }, ({ path }) => ({
      contents: loadedWhenUsed.includes(path) ? standIn(path) : (standIns[path] ?? ''),
      resolveDir: process.cwd(),
    }))
  },
}

function standIn(name: string): string {
  const real: object = require(name)
  const asked = `require(${JSON.stringify(name)})`
  // Some can be called themselves.
  const start = typeof real === 'function' ? `(...args) => ${asked}(...args)` : '{}'
  const getters = Object.keys(real).map((key) => `get ${key}() { return ${asked}.${key} },`)
  return `module.exports = Object.defineProperties(${start}, Object.getOwnPropertyDescriptors({ ${getters.join(' ')} }))`
}

/** A pattern for just these names. */
export function exactly(names: readonly string[]): RegExp {
  return new RegExp(`^(${names.map((name) => name.replaceAll('/', '\\/')).join('|')})$`)
}
