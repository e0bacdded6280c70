import { expect, it } from 'vitest'
import { startExporter } from '../support/exporter.ts'
import { startRedis } from '../support/redis-server.ts'

// NODE_OPTIONS has a use of its own for double quotes.
const tellsLoaded = `--import=data:text/javascript,process.on('exit',()=>process._rawDebug(process.moduleLoadList.join()))`

it('what answers probes and scrapes does without the client for HTTP of Node.js, which takes long to load', async () => {
  await using redis = await startRedis()
  await using exporter = await startExporter({
    env: { REDIS_URL: redis.url, NODE_OPTIONS: tellsLoaded },
  })
  for (const path of ['/ready', '/healthz', '/metrics', '/metrics'])
    for (const coding of ['gzip', 'identity'])
      await exporter.get(path, { 'Accept-Encoding': coding })

  await exporter.stop()

  expect(exporter.logs()).toContain('NativeModule net')
  expect(exporter.logs()).not.toContain('undici')
})
