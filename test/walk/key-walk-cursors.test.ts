import { describe, expect, test } from 'vitest'
import type { BulkReply, Exchange } from '../../src/redis/connection.ts'
import { fakeKeyspace, seeingCollector } from '../support/fake-keyspace.ts'
import { lost, someKeys, walkOf } from '../support/walk-of-some-keys.ts'

describe('a SCAN that leads nowhere ends the walk with the reason protocol', () => {
  /** A server whose cursors and keys are those of a test. */
  const scanning = (next: (step: number) => BulkReply, keysOfInfo = 5) => {
    let scans = 0
    const exchange: Exchange = async ([command = ['']]) => {
      if (command[0] === 'SCAN') return [next(++scans)]
      if (command[0] === 'INFO') return [`# Keyspace\ndb0:keys=${keysOfInfo},expires=0\n`]
      return ['OK']
    }
    return { exchange, scans: () => scans }
  }
  const silent = seeingCollector('one', { 0: { patterns: ['*'] } }, { visit: async () => () => [] })

  test.each<[string, (step: number) => BulkReply, number]>([
    ['a cursor that stays', () => ['7', []], 2],
    ['cursors that come again', (step) => [`${10 + (step % 3)}`, ['a']], 7],
    ['a cursor that is no number', () => ['next', ['a']], 1],
    ['a cursor below 0', () => ['-1', ['a']], 1],
    ['an empty cursor', () => ['', ['a']], 1],
    ['keys without end', (step) => [`${step}`, Array.from({ length: 100 }, String)], 11],
  ])('%s', async (_, next, most) => {
    const { exchange, scans } = scanning(next)
    const { walk } = walkOf([silent])

    await expect(walk.run(exchange)).rejects.toMatchObject({ reason: 'protocol' })
    expect(scans()).toBeLessThanOrEqual(most)
  })

  test('cursors without end and without a key', async () => {
    const { exchange, scans } = scanning((step) => [`${step}`, []])
    const { walk } = walkOf([silent])

    await expect(walk.run(exchange)).rejects.toMatchObject({ reason: 'protocol' })
    expect(scans()).toBe(100_001)
  })

  test('but not where the database has grown meanwhile', async () => {
    const next = (step: number): BulkReply => [
      step === 30 ? '0' : `${step}`,
      Array.from({ length: 100 }, (_, index) => `${step}:${index}`),
    ]
    const { exchange } = scanning(next, 3000)
    const { walk } = walkOf([silent])
    await walk.run(exchange)

    expect(walk.keys()).toBe(3000)
  })

  test('and not when the last cursor is asked for again behind a lost connection', async () => {
    const server = fakeKeyspace(someKeys)
    const { walk, given } = walkOf([seeingCollector('one', { 0: { patterns: ['*'] } })])
    for (let count = 0; count < 5; count++) {
      // With the reply to the second SCAN.
      server.loseAt(count === 0 ? 4 : 2, lost)
      await expect(walk.run(server.exchange)).rejects.toBe(lost)
    }
    await walk.run(server.exchange)

    expect(given).toHaveLength(5)
  })
})
