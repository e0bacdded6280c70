import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { everything, seeingCollector } from '../support/fake-keyspace.ts'
import { type RedisServer, startRedis } from '../support/redis-server.ts'
import { type WalkedTarget, walkedTarget } from '../support/walked-target.ts'

/** Fills the first database with `key:0`, `key:1`, … */
async function fill(server: RedisServer, keys: number, prefix = 'key'): Promise<void> {
  const script = "for i=0,ARGV[1]-1 do redis.call('SET', ARGV[2]..':'..i, i) end"
  await server.client().eval(script, 0, keys, prefix)
}

/** The keys that a walk gave, as a set, and how many series that were. */
function seen(target: WalkedTarget, collector = 'everything') {
  const keys = target.samples(collector).map(({ labels }) => `${labels.db} ${labels.key}`)
  return { keys: new Set(keys), count: keys.length }
}

describe('a walk through a real server', () => {
  let server: RedisServer
  beforeAll(async () => {
    server = await startRedis()
    await fill(server, 5_000)
    const client = server.client()
    await client.select(3)
    await client.set(Buffer.from([0xff, 0x00, 0x0a]), 'binary')
    await client.set('a*b', 'star')
    await client.set('axb', 'no star')
  })
  afterAll(() => server.stop())

  it('sees every key once', async () => {
    using target = walkedTarget(server.url, [everything])
    const result = await target.walk()

    expect(result).toMatchObject({ error: undefined, role: 'master', keys: 5_000 })
    expect(seen(target).keys.size).toBe(5_000)
    expect(seen(target).count).toBe(5_000)
  })

  it('goes into other databases, and comes back with keys of any bytes', async () => {
    const other = seeingCollector('everything', { 3: { patterns: ['*'] } })
    using target = walkedTarget(server.url, [other])
    await target.walk()

    expect([...seen(target).keys].sort()).toEqual(['db3 a*b', 'db3 axb', 'db3 \xff\0\n'].sort())
  })

  it('finds by pattern what the server finds', async () => {
    const escaped = seeingCollector('everything', { 3: { patterns: ['a\\*b'] } })
    using target = walkedTarget(server.url, [escaped])
    await target.walk()

    expect([...seen(target).keys]).toEqual(['db3 a*b'])
  })

  it('serves several collectors with one SCAN of each part', async () => {
    const before = await callsOf(server, 'scan')
    const some = Array.from({ length: 10 }, (_, index) =>
      seeingCollector(`some-${index}`, { 0: { patterns: [`key:${index}*`] } }),
    )
    // No fewer keys than these are ever asked for, so a slow machine makes no difference.
    using target = walkedTarget(server.url, some, { settings: { checkKeysBatchSize: 10 } })
    await target.walk()

    expect(seen(target, 'some-4').keys.size).toBe(1_111)
    // Ten walks of their own would take ten times the calls of one, which are about 500.
    expect((await callsOf(server, 'scan')) - before).toBeLessThan(1_000)
  })

  it('causes no error reply', async () => {
    using target = walkedTarget(server.url, [everything])
    await target.walk()
    const { total_error_replies: before } = await server.info('stats')
    await target.walk()

    expect((await server.info('stats')).total_error_replies).toBe(before)
  })

  it('keeps to the bound on series, and counts what it leaves out', async () => {
    using target = walkedTarget(server.url, [everything], { settings: { maxSeries: 1_000 } })
    const { collectors } = await target.walk()

    expect(seen(target).count).toBe(1_000)
    expect(collectors).toMatchObject([{ name: 'everything', leftOut: 4_000 }])
  })

  it('stays within its share of the server, by the word of the server', async () => {
    using target = walkedTarget(server.url, [everything], { settings: { scanMaxLoad: 0.05 } })
    const before = await callsOf(server, 'scan', 'usec')
    const { seconds, load } = await target.walk()
    const spent = ((await callsOf(server, 'scan', 'usec')) - before) / 1e6

    expect(spent / seconds).toBeLessThan(0.05)
    expect(load).toBeLessThan(0.06)
    expect(load).toBeGreaterThan(0)
  })
})

describe('a connection that is lost', () => {
  it('is opened again, and the walk goes on: no key is missed, none comes twice', async () => {
    await using server = await startRedis()
    await fill(server, 20_000)
    using target = walkedTarget(server.url, [everything], {
      settings: { checkKeysBatchSize: 20, scanMaxLoad: 0.5 },
    })
    const admin = server.client()
    const walking = target.walk()
    for (let kill = 1; kill <= 3; kill += 1) {
      await eventually(() => expect(target.begun() + target.resumed()).toBe(kill), { every: 5 })
      await admin.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes')
    }
    const { error, keys } = await walking

    expect(error).toBeUndefined()
    expect([target.begun(), target.resumed()]).toEqual([1, 3])
    expect(seen(target).keys.size).toBe(20_000)
    expect(seen(target).count).toBe(20_000)
    expect(keys).toBeGreaterThanOrEqual(20_000)
  })

  it('to a server that is another one then: the walk begins anew', async () => {
    await using server = await startRedis()
    await fill(server, 20_000, 'old')
    using target = walkedTarget(server.url, [everything], {
      settings: { checkKeysBatchSize: 20, scanMaxLoad: 0.5 },
    })
    const walking = target.walk()
    await eventually(() => expect(seen(target).count).toBeGreaterThan(0), { every: 5 })
    await server.restart()
    await fill(server, 10, 'new')
    const { error } = await walking

    expect(error).toBeUndefined()
    expect(target.begun()).toBe(2)
    expect(target.resumed()).toBe(0)
    // What was seen of the server before is gone.
    expect([...seen(target).keys].filter((key) => key.includes('old'))).toEqual([])
  })
})

describe('a walk that cannot be done', () => {
  it('of a server that is not there fails', async () => {
    await using server = await startRedis()
    await server.kill()
    using target = walkedTarget(server.url, [everything])
    const { error } = await target.walk()

    expect(error?.reason).toBe('connection')
  })

  it('ends at its deadline when the server falls silent, and works again afterwards', async () => {
    await using server = await startRedis()
    await fill(server, 1_000)
    using target = walkedTarget(server.url, [everything], { timeout: 5_000 })
    await target.walk()
    await server.pause()
    const { error, seconds } = await target.walk()
    server.resume()

    expect(error?.message).toBe('no answer within 5 s')
    // By itself it would end when the server is awake again.
    expect(seconds).toBeLessThan(60)
    expect((await target.walk()).error).toBeUndefined()
    expect(seen(target).count).toBe(1_000)
  })

  it('ends at its deadline when there is not time enough, without half a result', async () => {
    await using server = await startRedis()
    await fill(server, 20_000)
    using target = walkedTarget(server.url, [everything], {
      settings: { scanMaxLoad: 0.001 },
      timeout: 300,
    })
    const { error, seconds } = await target.walk()

    expect(error?.reason).toBe('timeout')
    // To the end it would take minutes.
    expect(seconds).toBeLessThan(10)
  })

  const userOf = async (...rights: string[]) => {
    const server = await startRedis({
      args: ['--user', 'watcher', 'on', '>tr0ub4dor', '~*', '+info', ...rights],
    })
    await fill(server, 10)
    const url = `redis://watcher:tr0ub4dor@127.0.0.1:${server.port}`
    return { server, url }
  }

  it('for a user who may not SCAN fails for those who look for keys, and is not tried again', async () => {
    const { server, url } = await userOf('+select')
    await using _ = server
    using target = walkedTarget(url, [everything])
    const reasons = async () => (await target.walk()).collectors.map(({ error }) => error?.reason)
    expect(await reasons()).toEqual(['noperm'])
    const refused = await callsOf(server, 'scan', 'rejected_calls')
    expect(await reasons()).toEqual(['noperm'])

    expect(refused).toBe(1)
    expect(await callsOf(server, 'scan', 'rejected_calls')).toBe(1)
  })

  it('and may be done when the right is granted, after a while', async () => {
    const { server, url } = await userOf('+select', '+type')
    await using _ = server
    using target = walkedTarget(url, [everything], { retryMilliseconds: 1 })
    await target.walk()
    await server.client().acl('SETUSER', 'watcher', '+scan')

    await eventually(async () => {
      await target.walk()
      expect(seen(target).count).toBe(10)
    })
  })

  it('beyond database 0 without SELECT is done there, and the others are parts that fail', async () => {
    const { server, url } = await userOf('+scan', '+type')
    await using _ = server
    await server.client({ db: 3 }).set('other', 'x')
    const all = { patterns: ['*'] }
    using target = walkedTarget(url, [seeingCollector('everything', { 0: all, 3: all })])
    for (let walks = 0; walks < 2; walks++) {
      const { error, collectors } = await target.walk()
      expect(error).toBeUndefined()
      expect([...(collectors[0]?.failedParts?.keys() ?? [])]).toEqual(['db3'])
      expect(seen(target).count).toBe(10)
    }

    expect(await callsOf(server, 'select', 'rejected_calls')).toBe(1)
  })
})

/** How often a command was called, or how many microseconds it took in all. */
async function callsOf(server: RedisServer, command: string, part = 'calls'): Promise<number> {
  const text = (await server.info('commandstats'))[`cmdstat_${command}`] ?? ''
  return Number(new RegExp(`${part}=(\\d+)`).exec(text)?.[1] ?? 0)
}
