import { beforeAll, describe, expect, it } from 'vitest'
import { allCommandNames, assertAllowed } from '../../src/redis/command.ts'
import { startSentinel } from '../support/redis-sentinel.ts'
import { startRedis } from '../support/redis-server.ts'

type Entry = readonly [name: string, arity: number, flags: readonly string[]]

/** What a server says of each name; null for one that it does not have. */
let ofRedis: ReadonlyMap<string, Entry | null>
let ofSentinel: ReadonlyMap<string, Entry | null>

beforeAll(async () => {
  await using redis = await startRedis()
  await using sentinel = await startSentinel({ masters: [{ name: 'mine', port: redis.port }] })
  const entries = async (server: typeof redis) => {
    const reply = await server.client().call('COMMAND', 'INFO', ...allCommandNames)
    const list = reply as readonly (Entry | null)[]
    return new Map(allCommandNames.map((name, index) => [name, list[index] ?? null]))
  }
  ofRedis = await entries(redis)
  ofSentinel = await entries(sentinel)
})

// Names that are not of every Redis: these the servers here cannot vouch for.
const elsewhere = [
  ...['arcount', 'client|no-touch', 'cluster|slot-stats', 'commandlog', 'commandlog|len'],
  ...['commandlog|get', 'hotkeys', 'hotkeys|get', 'vcard'],
]
const ofModules = ['ft._list', 'ft.info', 'server']

describe('of the commands that may be sent', () => {
  it.each(allCommandNames.filter((name) => !ofModules.includes(name) && !elsewhere.includes(name)))(
    '%s is known to a Redis or to a Sentinel, and does not write there',
    (name) => {
      const entries = [ofRedis.get(name), ofSentinel.get(name)].filter((entry) => entry != null)

      expect(entries).not.toEqual([])
      for (const [, , flags] of entries) expect(flags).not.toContain('write')
    },
  )

  it('evalsha alone runs what may write: the scripts that the user gave', () => {
    const runsScripts = ['EVAL', 'EVALSHA', 'EVALSHA_RO', 'EVAL_RO', 'FCALL', 'FCALL_RO']
    const sent = runsScripts.filter((name) => isAllowed(name))

    expect(sent).toEqual(['EVALSHA', 'EVAL_RO'])
    expect(ofRedis.get('eval_ro')?.[2]).toContain('readonly')
    expect(ofRedis.get('evalsha')?.[2]).not.toContain('readonly')
  })

  it('a command that writes would be found by this test', async () => {
    await using redis = await startRedis()
    const reply = await redis.client().call('COMMAND', 'INFO', 'set')
    const [entry] = reply as readonly Entry[]

    expect(entry?.[2]).toContain('write')
  })
})

function isAllowed(name: string): boolean {
  try {
    assertAllowed([name])
    return true
  } catch {
    return false
  }
}
