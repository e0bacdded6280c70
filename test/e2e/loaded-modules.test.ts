import { expect, it } from 'vitest'
import { startExporter } from '../support/exporter.ts'
import { importing } from '../support/importing.ts'
import { startRedis } from '../support/redis-server.ts'

const tellsLoaded = importing(
  `process.on('exit', () => process._rawDebug(process.moduleLoadList.join()))`,
)

it('what polls and answers probes and scrapes does without the parts of Node.js that take long to load', async () => {
  await using redis = await startRedis()
  await using exporter = await startExporter({
    env: { REDIS_URL: redis.url, NODE_OPTIONS: tellsLoaded },
  })
  for (const path of ['/ready', '/healthz', '/metrics', '/metrics', '/targets', '/sd', '/none'])
    for (const coding of ['gzip', 'identity'])
      await exporter.get(path, { 'Accept-Encoding': coding })

  await exporter.stop()

  expect(exporter.logs()).toContain('NativeModule net')
  for (const part of ['internal/deps/undici/undici', 'http2', 'tls', 'crypto'])
    expect(exporter.logs()).not.toContain(`NativeModule ${part}`)
})

const tellsCompiled = `
import { createRequire } from 'node:module'
const { internalBinding } = createRequire('/')('internal/test/binding')
process.on('SIGUSR2', () => {
  const { compiledWithCache, compiledWithoutCache } = internalBinding('builtins').getCacheUsage()
  process._rawDebug('with: ' + [...compiledWithCache].join() + ', without: ' + [...compiledWithoutCache].join())
})`

it.each([
  ['all of them', {}, /with: .*\bnet\b.*, without: $/],
  // What Node.js loads before it comes to the program is compiled anew then.
  [
    'those of its own, where the heap is bounded',
    { NODE_OPTIONS: '--max-old-space-size=64' },
    /with: .*\bnet\b.*, without: (?!.*\b(net|_http_server)\b)/,
  ],
])(
  'a start takes the parts of Node.js as they were compiled when that was built: %s',
  async (_, env, expected) => {
    await using redis = await startRedis()
    await using exporter = await startExporter({
      env: { REDIS_URL: redis.url, ...env },
      nodeArgs: ['--expose-internals', importing(tellsCompiled)],
    })
    await exporter.waitForLog('up')
    exporter.signal('SIGUSR2')

    expect(await exporter.waitForLog('with: ')).toMatch(expected)
  },
)
