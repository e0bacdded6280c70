import { type RedisServer, startRedis } from './redis-server.ts'

/** Starts a server that takes five seconds or more to load a thousand keys from its folder. */
export async function startLoadingRedis(
  directory: string,
  port?: number,
  args: readonly string[] = [],
): Promise<RedisServer> {
  const where = { directory, ...(port === undefined ? {} : { port }) }
  await using server = await startRedis(where)
  const writes = server.client().pipeline()
  for (let number = 0; number < 1_000; number++) {
    writes.set(`key:${number}`, 'x'.repeat(100))
  }
  await writes.exec()
  await server.client().save()
  await server.stop()
  return await startRedis({
    ...where,
    // It answers between two pieces of so many bytes, which is every ten keys here.
    args: ['--key-load-delay', '5000', '--loading-process-events-interval-bytes', '1024', ...args],
  })
}
