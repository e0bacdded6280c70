import { expect, it } from 'vitest'
import { startExporter } from '../support/exporter.ts'
import { startRedis } from '../support/redis-server.ts'

// NODE_OPTIONS has a use of its own for double quotes.
const tellsLoaded = `--import=data:text/javascript,process.on('exit',()=>process._rawDebug(process.moduleLoadList.join()))`

it('what polls and answers probes and scrapes does without the parts of Node.js that take long to load', async () => {
  await using redis = await startRedis()
  await using exporter = await startExporter({
    env: { REDIS_URL: redis.url, NODE_OPTIONS: tellsLoaded },
  })
  for (const path of ['/ready', '/healthz', '/metrics', '/metrics'])
    for (const coding of ['gzip', 'identity'])
      await exporter.get(path, { 'Accept-Encoding': coding })

  await exporter.stop()

  expect(exporter.logs()).toContain('NativeModule net')
  for (const part of ['undici', 'http2', 'tls', 'crypto'])
    expect(exporter.logs()).not.toContain(`NativeModule ${part}`)
})
