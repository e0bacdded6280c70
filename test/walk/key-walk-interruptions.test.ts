import { describe, expect, test } from 'vitest'
import { sample } from '../../src/metrics/metric.ts'
import { fromErrorReply } from '../../src/redis/redis-error.ts'
import { fakeKeyspace, seeingCollector, seenKey } from '../support/fake-keyspace.ts'
import { lost, someKeys, walkOf } from '../support/walk-of-some-keys.ts'

describe('a connection that is lost', () => {
  const all = { 0: { patterns: ['*'] }, 2: { keys: ['a1'], patterns: ['*'] } }
  const complete = ['a1', 'a2', 'b1', 'b2', 'a3'].map((key) => `one: db0 ${key}`)

  test.each(Array.from({ length: 12 }, (_, index) => index + 1))(
    'at trip %d: the walk goes on from where it stood, and gives each key once',
    async (trip) => {
      const server = fakeKeyspace(someKeys)
      const { walk, given } = walkOf([seeingCollector('one', all)])
      server.loseAt(trip, lost)
      const first = await walk.run(server.exchange).catch((failure) => failure)
      await walk.run(server.exchange)

      expect(first).toBe(trip <= 11 ? lost : undefined)
      expect(given).toEqual([...complete, 'one: db2 a1', 'one: db2 a1'])
      expect(server.trips.flat().filter((command) => command === 'SCAN 0 COUNT 2')).toHaveLength(
        // Twice in two databases, and once more where it was that reply which was lost.
        [2, 10].includes(trip) ? 3 : 2,
      )
    },
  )

  test('ahead, it is told once and leaves no failure behind', async () => {
    const server = fakeKeyspace(someKeys)
    const { walk, given } = walkOf([seeingCollector('one', { 0: { patterns: ['*'] } })], 2, 4, true)
    server.loseAt(4, lost)

    await expect(walk.run(server.exchange)).rejects.toBe(lost)
    await walk.run(server.exchange)
    expect(given).toEqual(complete)
  })
})

describe('a server that answers nothing for now', () => {
  test.each(['LOADING', 'MASTERDOWN', 'BUSY'])(
    'but %s ends the run, and the batch is visited again by the next one',
    async (code) => {
      const server = fakeKeyspace(someKeys)
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
      const { walk, given, failures } = walkOf([careful, other], 5)

      await expect(walk.run(server.exchange)).rejects.toBe(failure)
      expect(given).toEqual([])
      expect(failures()).toEqual([])

      failing = false
      await walk.run(server.exchange)
      expect(given.toSorted()).toEqual([
        ...['a1', 'a2', 'a3'].map((key) => `careful: db0 ${key}`),
        ...['a1', 'a2', 'a3'].map((key) => `other: db0 ${key}`),
      ])
    },
  )
})
