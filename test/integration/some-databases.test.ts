import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { scriptFiles } from '../../src/collectors/modules/script-files.ts'
import { createScripts } from '../../src/collectors/modules/scripts.ts'
import type { Sample } from '../../src/metrics/metric.ts'
import { newerServers } from '../support/newer-servers.ts'
import { polledTarget } from '../support/polled-target.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { collectors, keyCollectors } from '../support/registry.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { walkedTarget } from '../support/walked-target.ts'

const password = 'tr0ub4dor'

const singleKeys = collectors.filter(({ name }) => name === 'check-single-keys')
const countKeys = keyCollectors.filter(({ name }) => name === 'count-keys')

/** What was told of databases, as `db3 foo 16`. */
function told(samples: readonly Sample[], metric: string): readonly string[] {
  return samples
    .filter((one) => one.metric.name === metric)
    .map(({ labels, value }) => `${labels.db} ${labels.key} ${value}`)
    .sort()
}

// The same key is of another length in each database.
const values = { 0: 'zero', 3: 'in-three', 5: 'five!' }

describe.each([
  {
    who: 'of Redis who may run SELECT for some',
    program: undefined,
    only: (...databases: number[]) => ['-select', ...databases.map((one) => `+select|${one}`)],
    message: 'the user may not run the command (NOPERM)',
    // A new connection is in it without asking.
    beginsInZero: true,
  },
  {
    who: 'of Valkey who has some',
    program: newerServers['valkey-9'],
    only: (...databases: number[]) => [`db=${databases.join(',')}`],
    message: 'the user may not access the database (NOPERM)',
    beginsInZero: false,
  },
])('a user $who databases', ({ program, only, message, beginsInZero }) => {
  let server: RedisServer

  beforeAll(async () => {
    server = await startRedis({ program })
    const client = server.client()
    for (const [database, value] of Object.entries(values)) {
      await client.select(Number(database))
      await client.set('foo', value)
    }
    await client.select(0)
    await client.set('only0', 'a')
  })
  afterAll(() => server.stop())

  async function urlOf(...databases: number[]): Promise<string> {
    const rules = only(...databases)
    const user = `watcher${databases.join('')}`
    await server
      .client()
      .call('ACL', 'SETUSER', user, 'reset', 'on', `>${password}`, '~*', '+@all', ...rules)
    return `redis://${user}:${password}@127.0.0.1:${server.port}`
  }

  const errorOf = (part: string) => [part, 'noperm', message] as const

  async function poll(target: ReturnType<typeof polledTarget>) {
    const { collectors: [result] = [] } = await target.poll()
    const failed = [...(result?.failedParts ?? [])]
    return {
      sizes: told(result?.samples ?? [], 'key_size'),
      failed: failed.map(([part, error]) => [part, error.reason, error.message]),
    }
  }

  it('sees them by single keys, and no other database in the place of one', async () => {
    using target = polledTarget(await urlOf(3), {
      collectors: singleKeys,
      flags: ['--check-single-keys=db3=foo,foo,only0,db5=foo'],
    })
    const first = await poll(target)
    const second = await poll(target)
    const third = await poll(target)

    expect(first.sizes).toContain('db3 foo 8')
    expect(second).toEqual({
      sizes: ['db3 foo 8'],
      failed: [errorOf('db0'), errorOf('db5')],
    })
    expect(third).toEqual(second)
  })

  it('is told of no failure where nothing else is asked for', async () => {
    using target = polledTarget(await urlOf(3), {
      collectors: singleKeys,
      flags: ['--check-single-keys=db3=foo'],
    })

    for (const _ of [1, 2, 3])
      expect(await poll(target)).toEqual({ sizes: ['db3 foo 8'], failed: [] })
  })

  it('may have database 0 among them', async () => {
    using target = polledTarget(await urlOf(0, 3), {
      collectors: singleKeys,
      flags: ['--check-single-keys=db5=foo,db3=foo,foo'],
    })

    for (const _ of [1, 2, 3])
      expect(await poll(target)).toEqual({
        sizes: ['db0 foo 4', 'db3 foo 8'],
        failed: [errorOf('db5')],
      })
  })

  it('has scripts run in the database of the address each time', async () => {
    await using directory = await temporaryDirectory()
    const script = join(directory.path, 'length.lua')
    await writeFile(script, "return {'length', redis.call('strlen', 'foo')}")
    using target = polledTarget(`${await urlOf(3)}/3`, {
      collectors: [createScripts(scriptFiles)],
      flags: [`--script=${script}`],
    })

    for (const _ of [1, 2, 3]) {
      const { collectors: [result] = [] } = await target.poll()
      expect(result?.samples.map(({ value }) => value)).toEqual([1, 8])
    }
  })

  it.each([
    { databases: [0, 3], counted: ['db0 f* 1', 'db3 f* 1'], failed: ['db5'] },
    {
      databases: [3],
      counted: beginsInZero ? ['db0 f* 1', 'db3 f* 1'] : ['db3 f* 1'],
      failed: beginsInZero ? ['db5'] : ['db0', 'db5'],
    },
  ])('sees them by each walk: $databases', async ({ databases, counted, failed }) => {
    const patterns = [0, 3, 5].map((database) => ({ database, pattern: 'f*' }))
    using target = walkedTarget(await urlOf(...databases), countKeys, {
      settings: { countKeys: patterns },
    })
    for (const _ of [1, 2, 3]) {
      const { error, collectors: [result] = [] } = await target.walk()

      expect(error).toBeUndefined()
      expect(told(target.samples('count-keys'), 'keys_count')).toEqual(counted)
      expect(
        [...(result?.failedParts ?? [])].map(([part, one]) => [part, one.reason, one.message]),
      ).toEqual(failed.map(errorOf))
    }
  })
})
