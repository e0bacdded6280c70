import { expect, it } from 'vitest'
import { startExporter } from '../support/exporter.ts'
import { importing } from '../support/importing.ts'
import { startRedis } from '../support/redis-server.ts'

// The syntax of V8 is that of the code that is compiled from then on.
const tellsAtExit = `
import { setFlagsFromString } from 'node:v8'
import { runInThisContext } from 'node:vm'
process.on('exit', () => {
  setFlagsFromString('--allow-natives-syntax')
  process._rawDebug('quick: ' + runInThisContext('%HasFastProperties(String.prototype)'))
})`

it('the methods of texts are found the quick way, with ioredis in the process', async () => {
  await using redis = await startRedis()
  await using exporter = await startExporter({
    env: { REDIS_ADDR: redis.url },
    nodeArgs: [importing(tellsAtExit)],
  })
  await exporter.waitForLog('up')
  await exporter.stop()
  expect(exporter.logs()).toContain('quick: true\n')
})
