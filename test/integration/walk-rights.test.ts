import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { errorCount } from '../support/error-replies.ts'
import { runKeyWorkload } from '../support/key-workload.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { keyCollectors } from '../support/registry.ts'
import { allKeySettings, walkedFamilies } from '../support/walk-of-all-keys.ts'
import { walkedTarget } from '../support/walked-target.ts'

const password = 'tr0ub4dor'

describe('a command that the user may not run', () => {
  let server: RedisServer
  let complete: readonly string[]

  beforeAll(async () => {
    server = await startRedis()
    await runKeyWorkload(server)
    using target = walkedTarget(server.url, keyCollectors, { settings: allKeySettings })
    await target.walk()
    complete = walkedFamilies(target)
    expect(complete.length).toBeGreaterThan(20)
  })
  afterAll(() => server.stop())

  it.each([
    [
      'memory|usage',
      /^key_(group_)?memory_usage_bytes$|^biggest_key_memory_bytes$|^keys_by_type_memory_bytes$/,
    ],
    ['xinfo|groups', /^stream_group_/],
    ['xinfo|consumers', /^stream_group_consumer_/],
    ['xinfo|stream', /^stream_(?!group_)/],
    ['getrange', /^key_value/],
    ['type', /^key_(size|value|value_as_string)$|^biggest_key_size$|^stream_/],
  ])('%s costs what is read by it, and nothing else', async (command, families) => {
    await server.client().acl('SETUSER', 'watcher', 'reset', 'on', `>${password}`, '~*', '+@all')
    await server.client().acl('SETUSER', 'watcher', `-${command}`)
    using target = walkedTarget(
      `redis://watcher:${password}@127.0.0.1:${server.port}`,
      keyCollectors,
      {
        settings: allKeySettings,
      },
    )
    const { error, collectors } = await target.walk()

    expect(error).toBeUndefined()
    expect(collectors.flatMap((one) => one.error ?? [])).toEqual([])
    expect(walkedFamilies(target)).toEqual(complete.filter((name) => !families.test(name)))
  })

  it('is sent with the first batch, and no more in this walk', async () => {
    await server.client().acl('SETUSER', 'watcher', 'reset', 'on', `>${password}`, '~*', '+@all')
    await server.client().acl('SETUSER', 'watcher', '-memory|usage')
    using target = walkedTarget(
      `redis://watcher:${password}@127.0.0.1:${server.port}`,
      keyCollectors,
      {
        settings: { ...allKeySettings, checkKeysBatchSize: 10 },
      },
    )
    const before = await errorCount(server)
    await target.walk()

    // Two collectors with about ten keys each, of about a hundred.
    expect((await errorCount(server)) - before).toBeLessThan(40)
  })
})
