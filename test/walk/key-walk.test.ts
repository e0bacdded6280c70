import { describe, expect, test } from 'vitest'
import type { KeyCollector } from '../../src/collectors/keys/key-collector.ts'
import { sample } from '../../src/metrics/metric.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { fakeKeyspace, seeingCollector, seenKey } from '../support/fake-keyspace.ts'
import { lost, someKeys, walkOf } from '../support/walk-of-some-keys.ts'

describe('what is sent', () => {
  test('one walk serves all patterns of a database, whatever their number', async () => {
    const { exchange, trips } = fakeKeyspace(someKeys)
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
    const { exchange, trips } = fakeKeyspace(someKeys)
    const { walk, given } = walkOf([seeingCollector('one', { 0: { patterns: ['b*'] } })], 10)
    await walk.run(exchange)

    expect(trips).toEqual([['SELECT 0'], ['SCAN 0 MATCH b* COUNT 10'], ['TYPE b1', 'TYPE b2']])
    expect(given).toEqual(['one: db0 b1', 'one: db0 b2'])
  })

  test('nobody is shown what does not match, whatever the server makes of the pattern', async () => {
    const { exchange } = fakeKeyspace(someKeys)
    const { walk, given } = walkOf([seeingCollector('one', { 0: { patterns: ['b*'] } })], 10)
    // A server that has no MATCH.
    await walk.run((commands) =>
      exchange(commands.map(([name, ...words]) => [name, ...words.filter(isNoMatch)])),
    )

    expect(given).toEqual(['one: db0 b1', 'one: db0 b2'])
  })

  test('databases that nobody asks for, and those without keys, are passed over', async () => {
    const { exchange, trips } = fakeKeyspace(someKeys)
    const { walk, given } = walkOf([
      seeingCollector('one', { 2: { patterns: ['*'] }, 3: { patterns: ['*'] } }),
    ])
    await walk.run(exchange)

    expect(trips).toEqual([['SELECT 2'], ['SCAN 0 COUNT 2'], ['TYPE a1']])
    expect(given).toEqual(['one: db2 a1'])
  })

  test('keys that are named are visited without looking for them', async () => {
    const { exchange, trips } = fakeKeyspace(someKeys)
    const { walk, given } = walkOf([seeingCollector('one', { 0: { keys: ['b1', 'x', 'a1'] } })])
    await walk.run(exchange)

    expect(trips).toEqual([['SELECT 0'], ['TYPE b1', 'TYPE x'], ['TYPE a1']])
    expect(given).toEqual(['one: db0 b1', 'one: db0 a1'])
  })

  test('ahead, the next SCAN is under way while keys are visited', async () => {
    const { exchange, trips } = fakeKeyspace(someKeys)
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

describe('many keys that SCAN gives at once', () => {
  const keys = Array.from({ length: 5_000 }, (_, at) => `a${at}`)
  const wish = { 0: { patterns: ['*'] } }
  const all = keys.map((key) => `one: db0 ${key}`)
  const keysIn = () => keys.length

  test('are visited some at a time', async () => {
    const { exchange, trips } = fakeKeyspace({ 0: keys })
    const { walk, given } = walkOf([seeingCollector('one', wish)], 10_000, 1, false, { keysIn })
    await walk.run(exchange)

    expect(trips.map((trip) => trip.length)).toEqual([1, 1, ...Array(5).fill(1_000)])
    expect(given).toEqual(all)
  })

  test('are visited once, though the connection is lost among them', async () => {
    const server = fakeKeyspace({ 0: keys })
    const { walk, given } = walkOf([seeingCollector('one', wish)], 10_000, 1, false, { keysIn })
    server.loseAt(4, lost)

    await expect(walk.run(server.exchange)).rejects.toBe(lost)
    expect(given).toHaveLength(1_000)
    await walk.run(server.exchange)
    expect(given).toEqual(all)
    expect(walk.keys()).toBe(keys.length)
  })
})

describe('the keys that came by', () => {
  const seenAfter = async (keyCollector: KeyCollector, count: number) => {
    const { exchange } = fakeKeyspace(someKeys)
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

test('what is still open is read when a database is left, and the rest told at the end', async () => {
  const { exchange, trips } = fakeKeyspace(someKeys)
  const { walk, given, visitors } = walkOf([
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
  visitors.finish(7)

  expect(trips.at(-1)).toEqual(['TYPE last'])
  expect(given).toEqual(['one: db2 a1', 'one: db2 left none', 'one: all after 7 s'])
})

test('the time of a collector is its own, without that of the others and of pauses', async () => {
  const { exchange } = fakeKeyspace(someKeys)
  const clock = fakeClock()
  const slow = seeingCollector(
    'slow',
    { 0: { patterns: ['*'] } },
    {
      visit: async () => () => {
        clock.advance(250)
        return []
      },
    },
  )
  const quick = seeingCollector('quick', { 0: { patterns: ['*'] } })
  const { walk, visitors } = walkOf([slow, quick], 5, 1, false, {}, clock)
  await walk.run(exchange)

  const seconds = [...visitors.results()].map(([name, one]) => [name, one.seconds])
  expect(seconds).toEqual([
    ['slow', 0.25],
    ['quick', 0],
  ])
})

function isNoMatch(_: string, index: number, words: readonly string[]): boolean {
  return words[index] !== 'MATCH' && words[index - 1] !== 'MATCH'
}
