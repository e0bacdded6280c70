import { createRequire } from 'node:module'
import type { Plugin } from 'esbuild'

const functionWhenUsed = (file: string) =>
  `module.exports = (...args) => require(${JSON.stringify(file)})(...args)`

/** What is not in the bundle, or not run at the start, and what stands for it. */
const standIns: Readonly<Record<string, string>> = {
  // The transports of pino, which do not work in a bundle and which nothing of ours can reach.
  'transports of pino': '',
  worker_threads: 'exports.isMainThread = true',
  // But bcrypt runs in one, where it is needed.
  'node:worker_threads': `module.exports = { isMainThread: true, get Worker() { return require('node:worker_threads').Worker } }`,
  // The exemplars of prom-client, which no metric of ours has.
  '@opentelemetry/api': '',
  // What ioredis would tell a developer of its own, secrets among it.
  debug: 'exports.default = () => ({ enabled: false })',
  // The server asks of each request whether it came by HTTP/2, which we do not speak.
  'node:http2': 'exports.Http2ServerRequest = class {}',
  // Metrics of Node.js, which are only served where a setting asks for them.
  './lib/defaultMetrics': functionWhenUsed('prom-client/lib/defaultMetrics.js'),
  // Of its runs, which nobody sees. For random ones all that encrypts would have to be loaded.
  'identifiers of node-cron': 'let last = 0; exports.randomUUID = () => String(++last)',
  // What ioredis makes two methods of for each, of six hundred for each client: we call none of them.
  'names of commands': 'module.exports = {}',
  // Of the server; see web-classes.ts.
  '@hono/node-server/utils/response': `export { alreadySent as RESPONSE_ALREADY_SENT } from './src/build/web-classes.ts'`,
}

/** The same for modules that not everybody is spared, by who asks for them under which name. */
const sparedOf: readonly (readonly [by: RegExp, name: RegExp, standIn?: string])[] = [
  // The client for clusters, beside the one for a single server.
  [/\/ioredis\/built\/(Redis|index)\.js$/, /^\.\/cluster$/],
  [/\/@ioredis\/commands\/built\/index\.js$/, /^\.\/commands\.json$/, 'names of commands'],
  [/\/pino\/(pino|lib\/tools)\.js$/, /^\.\/(lib\/)?transport$/, 'transports of pino'],
  [/\/prom-client\/index\.js$/, /^\.\/lib\/(summary|pushgateway|cluster|defaultMetrics)$/],
  [/\/node-cron\//, /^node:crypto$/, 'identifiers of node-cron'],
]

/** Modules of Node.js that are loaded when something of them is used for the first time. */
const loadedWhenUsed = [
  ...['assert', 'crypto', 'fs/promises', 'https', 'os', 'perf_hooks'],
  ...['tls', 'tty'],
].flatMap((name) => [name, `node:${name}`])

const require = createRequire(import.meta.url)

/**
 * Keeps what is hardly ever used from being read and run at each start. The others of the bundle
 * see no difference: their imports are looked up where they are used.
 */
export const sparedModules: Plugin = {
  name: 'spared-modules',
  setup(build) {
    for (const [by, name, standIn] of sparedOf)
      build.onResolve({ filter: name }, ({ path, importer }) =>
        by.test(importer.replaceAll('\\', '/'))
          ? { path: standIn ?? path, namespace: 'spared' }
          : undefined,
      )
    const all = [...Object.keys(standIns), ...loadedWhenUsed]
    build.onResolve({ filter: exactly(all) }, ({ path, namespace }) =>
      namespace === 'spared'
        ? { path, external: true }
        : { path, namespace: 'spared', sideEffects: false },
    )
    build.onLoad({ filter: /.*/, namespace: 'spared' }, ({ path }) => ({
      contents: loadedWhenUsed.includes(path) ? whenUsed(path) : (standIns[path] ?? ''),
      resolveDir: process.cwd(),
    }))
  },
}

function whenUsed(name: string): string {
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
