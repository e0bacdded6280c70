import { describe, expect, test } from 'vitest'
import type { KeyCollector } from '../../src/collectors/key-collector.ts'
import { sample } from '../../src/metrics/metric.ts'
import { parseInfo } from '../../src/redis/info.ts'
import { fromErrorReply, redisError } from '../../src/redis/redis-error.ts'
import { serverInfo } from '../../src/redis/server-info.ts'
import { createKeyWalk } from '../../src/walk/key-walk.ts'
import { defaultSettings } from '../support/default-settings.ts'
import { fakeKeyspace, seeingCollector, seenKey } from '../support/fake-keyspace.ts'

/** A walk with what its collectors gave so far, as `collector: db0 key`. */
function walkOf(collectors: readonly KeyCollector[], count = 2, databases = 4, ahead = false) {
  const given: string[] = []
  const walk = createKeyWalk({
    collectors,
    databases,
    keysIn: (database) => (database < 3 ? 5 : 0),
    count: () => count,
    ahead,
    walkOf: () => ({
      settings: defaultSettings,
      server: serverInfo(parseInfo(''), undefined),
      databases,
      room: () => 1,
      leaveOut: () => {},
      reject: () => {},
    }),
    accept(collector, samples) {
      for (const { labels } of samples) given.push(`${collector}: ${labels.db} ${labels.key}`)
    },
  })
  return { given, walk }
}

const lost = redisError('connection', 'the connection was closed')
const some = { 0: ['a1', 'a2', 'b1', 'b2', 'a3'], 2: ['a1'] }

describe('what is sent', () => {
  test('one walk serves all patterns of a database, whatever their number', async () => {
    const { exchange, trips } = fakeKeyspace(some)
    const { walk, given } = walkOf([
      seeingCollector('one', { 0: { patterns: ['a*', 'x*'] } }),
      seeingCollector('two', { 0: { patterns: ['*2'] } }),
    ])
    await walk.run(exchange)

    expect(trips).toEqual([
      ['SELECT 0'],
      ['SCAN 0 COUNT 2'],
      ['TYPE a1', 'TYPE a2', 'TYPE a2'],
      ['SCAN 2 COUNT 2'],
      ['TYPE b2'],
      ['SCAN 4 COUNT 2'],
      ['TYPE a3'],
    ])
    expect(given).toEqual([
      'one: db0 a1',
      'one: db0 a2',
      'two: db0 a2',
      'two: db0 b2',
      'one: db0 a3',
    ])
    expect(walk.keys()).toBe(5)
  })

  test('a single pattern is matched by the server', async () => {
    const { exchange, trips } = fakeKeyspace(some)
    const { walk, given } = walkOf([seeingCollector('one', { 0: { patterns: ['b*'] } })], 10)
    await walk.run(exchange)

    expect(trips).toEqual([['SELECT 0'], ['SCAN 0 MATCH b* COUNT 10'], ['TYPE b1', 'TYPE b2']])
    expect(given).toEqual(['one: db0 b1', 'one: db0 b2'])
  })

  test('databases that nobody asks for, and those without keys, are passed over', async () => {
    const { exchange, trips } = fakeKeyspace(some)
    const { walk, given } = walkOf([
      seeingCollector('one', { 2: { patterns: ['*'] }, 3: { patterns: ['*'] } }),
    ])
    await walk.run(exchange)

    expect(trips).toEqual([['SELECT 2'], ['SCAN 0 COUNT 2'], ['TYPE a1']])
    expect(given).toEqual(['one: db2 a1'])
  })

  test('keys that are named are visited without looking for them', async () => {
    const { exchange, trips } = fakeKeyspace(some)
    const { walk, given } = walkOf([seeingCollector('one', { 0: { keys: ['b1', 'x', 'a1'] } })])
    await walk.run(exchange)

    expect(trips).toEqual([['SELECT 0'], ['TYPE b1', 'TYPE x'], ['TYPE a1']])
    expect(given).toEqual(['one: db0 b1', 'one: db0 a1'])
  })

  test('ahead, the next SCAN is under way while keys are visited', async () => {
    const { exchange, trips } = fakeKeyspace(some)
    const { walk, given } = walkOf([seeingCollector('one', { 0: { patterns: ['*'] } })], 3, 4, true)
    await walk.run(exchange)

    expect(trips).toEqual([
      ['SELECT 0'],
      ['SCAN 0 COUNT 3'],
      ['SCAN 3 COUNT 3'],
      ['TYPE a1', 'TYPE a2', 'TYPE b1'],
      ['TYPE b2', 'TYPE a3'],
    ])
    expect(given).toHaveLength(5)
  })
})

describe('a connection that is lost', () => {
  const all = { 0: { patterns: ['*'] }, 2: { keys: ['a1'], patterns: ['*'] } }
  const complete = ['a1', 'a2', 'b1', 'b2', 'a3'].map((key) => `one: db0 ${key}`)

  test.each(Array.from({ length: 12 }, (_, index) => index + 1))(
    'at trip %d: the walk goes on from where it stood, and gives each key once',
    async (trip) => {
      const server = fakeKeyspace(some)
      const { walk, given } = walkOf([seeingCollector('one', all)])
      server.loseAt(trip, lost)
      const first = await walk.run(server.exchange).catch((failure) => failure)
      await walk.run(server.exchange)

      expect(first).toBe(trip <= 11 ? lost : undefined)
      expect(given).toEqual([...complete, 'one: db2 a1', 'one: db2 a1'])
      expect(server.trips.flat().filter((command) => command === 'SCAN 0 COUNT 2')).toHaveLength(
        // Twice in two databases, and once more where it was that reply which was lost.
        [2, 3, 10, 11].includes(trip) ? 3 : 2,
      )
    },
  )

  test('ahead, it is told once and leaves no failure behind', async () => {
    const server = fakeKeyspace(some)
    const { walk, given } = walkOf([seeingCollector('one', { 0: { patterns: ['*'] } })], 2, 4, true)
    server.loseAt(4, lost)

    await expect(walk.run(server.exchange)).rejects.toBe(lost)
    await walk.run(server.exchange)
    expect(given).toEqual(complete)
  })
})

describe('the keys that came by', () => {
  const seenAfter = async (keyCollector: KeyCollector, count: number) => {
    const { exchange } = fakeKeyspace(some)
    const { walk } = walkOf([keyCollector], count)
    const seen: number[] = []
    await walk.run(async (commands) => {
      if (commands[0]?.[0] === 'SCAN') seen.push(walk.keys())
      return await exchange(commands)
    })
    return [...seen, walk.keys()]
  }

  test('are those that SCAN gave', async () => {
    const two = seeingCollector('one', { 0: { patterns: ['a*', 'x*'] }, 2: { patterns: ['*'] } })

    expect(await seenAfter(two, 2)).toEqual([0, 2, 4, 5, 6])
  })

  test('are those that the server passed over as well, where it chooses', async () => {
    const one = seeingCollector('one', { 0: { patterns: ['x*'] }, 1: { patterns: ['x*'] } })

    // Never more than the five keys that INFO tells of each database, and all of them at its end.
    expect(await seenAfter(one, 2)).toEqual([0, 2, 4, 5, 10])
  })

  test('are no fewer than those that SCAN gave, though INFO told of fewer', async () => {
    const server = fakeKeyspace({ 0: ['a1', 'a2', 'a3', 'a4', 'a5', 'a6', 'a7'] })
    const { walk } = walkOf([seeingCollector('one', { 0: { patterns: ['a*'] } })], 10)
    await walk.run(server.exchange)

    expect(walk.keys()).toBe(7)
  })
})

describe('a server that answers nothing for now', () => {
  test.each(['LOADING', 'MASTERDOWN', 'BUSY'])(
    'but %s ends the run, and the batch is visited again by the next one',
    async (code) => {
      const server = fakeKeyspace(some)
      const failure = fromErrorReply(`${code} not now`)
      let failing = true
      const careful = seeingCollector(
        'careful',
        { 0: { patterns: ['a*'] } },
        {
          async visit(database, keys, read) {
            await read(keys.map((key) => ['TYPE', key]))
            if (failing) throw failure
            return () => keys.map((key) => sample(seenKey, 1, { db: `db${database}`, key }))
          },
        },
      )
      const other = seeingCollector('other', { 0: { patterns: ['a*'] } })
      const { walk, given } = walkOf([careful, other], 5)

      await expect(walk.run(server.exchange)).rejects.toBe(failure)
      expect(given).toEqual([])
      expect(walk.failures().size).toBe(0)

      failing = false
      await walk.run(server.exchange)
      expect(given.toSorted()).toEqual([
        ...['a1', 'a2', 'a3'].map((key) => `careful: db0 ${key}`),
        ...['a1', 'a2', 'a3'].map((key) => `other: db0 ${key}`),
      ])
    },
  )
})

describe('what fails', () => {
  test('a collector that fails leaves the walk, which goes on for the others', async () => {
    const { exchange } = fakeKeyspace(some)
    const failing = seeingCollector(
      'failing',
      { 0: { patterns: ['*'] } },
      { visit: () => Promise.reject(new TypeError('secret')), finish: () => [] },
    )
    const { walk, given } = walkOf([failing, seeingCollector('one', { 0: { patterns: ['a*'] } })])
    await walk.run(exchange)
    walk.finish(1)

    expect(given).toEqual(['one: db0 a1', 'one: db0 a2', 'one: db0 a3'])
    expect(
      [...walk.failures()].map(([name, { reason, message }]) => [name, reason, message]),
    ).toEqual([['failing', 'parse', 'the reply could not be read (TypeError)']])
  })

  test.each([
    ['SCAN', fromErrorReply('NOPERM no'), 'noperm'],
    ['SELECT', fromErrorReply('NOPERM no'), 'noperm'],
    ['SCAN', 'OK', 'parse'],
  ])('%s answered with %s ends the walk', async (name, reply, reason) => {
    const server = fakeKeyspace(some)
    const { walk } = walkOf([seeingCollector('one', { 0: { patterns: ['*'] } })])
    const run = walk.run(async (commands) =>
      commands[0]?.[0] === name ? [reply] : await server.exchange(commands),
    )

    await expect(run).rejects.toMatchObject({ reason })
  })
})

test('what is still open is read when a database is left, and the rest told at the end', async () => {
  const { exchange, trips } = fakeKeyspace(some)
  const { walk, given } = walkOf([
    seeingCollector(
      'one',
      { 2: { patterns: ['*'] } },
      {
        async leave(database, read) {
          const [type] = await read([['TYPE', 'last']])
          return () => [sample(seenKey, 1, { db: `db${database}`, key: `left ${type}` })]
        },
        finish: (seconds) => [sample(seenKey, 1, { db: 'all', key: `after ${seconds} s` })],
      },
    ),
  ])
  await walk.run(exchange)
  walk.finish(7)

  expect(trips.at(-1)).toEqual(['TYPE last'])
  expect(given).toEqual(['one: db2 a1', 'one: db2 left none', 'one: all after 7 s'])
})
