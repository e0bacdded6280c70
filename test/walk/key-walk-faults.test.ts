import { describe, expect, test } from 'vitest'
import type { KeyCollector } from '../../src/collectors/keys/key-collector.ts'
import type { BulkReply, Exchange } from '../../src/redis/connection.ts'
import { fromErrorReply } from '../../src/redis/redis-error.ts'
import { fakeKeyspace, seeingCollector } from '../support/fake-keyspace.ts'
import { someKeys, walkOf } from '../support/walk-of-some-keys.ts'

describe('what fails', () => {
  test('a collector that fails leaves the walk, which goes on for the others', async () => {
    const { exchange } = fakeKeyspace(someKeys)
    const failing = seeingCollector(
      'failing',
      { 0: { patterns: ['*'] } },
      { visit: () => Promise.reject(new TypeError('secret')), finish: () => [] },
    )
    const { walk, given, visitors, failures } = walkOf([
      failing,
      seeingCollector('one', { 0: { patterns: ['a*'] } }),
    ])
    await walk.run(exchange)
    visitors.finish(1)

    expect(given).toEqual(['one: db0 a1', 'one: db0 a2', 'one: db0 a3'])
    expect(failures()).toEqual([['failing', 'parse', 'the reply could not be read (TypeError)']])
  })

  const throwing = (what: string): KeyCollector => {
    const fails = () => {
      throw new TypeError('secret')
    }
    const wish = { 0: { patterns: ['*'] } }
    if (what === 'start') return { ...seeingCollector('failing', wish), start: fails }
    const visitors: Record<string, Parameters<typeof seeingCollector>[2]> = {
      wants: { wants: fails },
      visit: { visit: fails },
      'taking in': { visit: async () => fails },
      leave: { leave: fails },
      finish: { finish: fails },
    }
    return seeingCollector('failing', wish, visitors[what])
  }
  test.each(['start', 'wants', 'visit', 'taking in', 'leave', 'finish'])(
    'an exception of one collector at %s costs no other',
    async (what) => {
      const { exchange } = fakeKeyspace(someKeys)
      const other = seeingCollector('one', { 0: { patterns: ['a*'] } })
      const { walk, given, visitors, failures } = walkOf([throwing(what), other])
      await walk.run(exchange)
      visitors.finish(1)

      expect(given.filter((one) => one.startsWith('one'))).toEqual([
        ...['one: db0 a1', 'one: db0 a2', 'one: db0 a3'],
      ])
      expect(failures()).toEqual([['failing', 'parse', 'the reply could not be read (TypeError)']])
    },
  )

  /** An exchange that answers a command so, and what came of it. */
  const refusing = (server: ReturnType<typeof fakeKeyspace>, name: string, reply: BulkReply) => {
    const sent: string[] = []
    const exchange: Exchange = async (commands) => {
      if (commands[0]?.[0] !== name) return await server.exchange(commands)
      sent.push(commands[0].join(' '))
      return [reply]
    }
    return { exchange, sent }
  }

  test('SCAN answered in another form ends the walk', async () => {
    const { walk } = walkOf([seeingCollector('one', { 0: { patterns: ['*'] } })])
    const { exchange } = refusing(fakeKeyspace(someKeys), 'SCAN', 'OK')

    await expect(walk.run(exchange)).rejects.toMatchObject({ reason: 'parse' })
  })

  test('SCAN that is refused fails those that look for keys, and is not sent again', async () => {
    const { exchange, sent } = refusing(fakeKeyspace(someKeys), 'SCAN', fromErrorReply('NOPERM no'))
    const both = { patterns: ['*'] }
    const { walk, given, failures } = walkOf([
      seeingCollector('looking', { 0: both, 2: both }),
      seeingCollector('naming', { 0: { keys: ['a1'] } }),
    ])
    await walk.run(exchange)

    expect(sent).toEqual(['SCAN 0 COUNT 2'])
    expect(failures().map(([name, reason]) => [name, reason])).toEqual([['looking', 'noperm']])
    expect(given).toEqual(['naming: db0 a1'])
  })

  test('a database that cannot be selected is a part that fails, and costs no other', async () => {
    const server = fakeKeyspace(someKeys)
    const all = { patterns: ['*'] }
    const { walk, given, parts, failures } = walkOf([
      seeingCollector('both', { 0: all, 2: all }),
      seeingCollector('other', { 2: all }),
    ])
    await walk.run(async (commands) =>
      commands[0]?.join(' ') === 'SELECT 2'
        ? [fromErrorReply('ERR DB index is out of range')]
        : await server.exchange(commands),
    )

    expect(parts()).toEqual(['both: db2 other', 'other: db2 other'])
    expect(failures()).toEqual([])
    expect(given).toHaveLength(5)
    expect([...walk.unread()]).toEqual([2])
  })

  test('a database that is named and not there is a part that fails', async () => {
    const { exchange, trips } = fakeKeyspace(someKeys)
    const wish = { 0: { patterns: ['a1'] } }
    const { walk, parts } = walkOf([seeingCollector('one', wish, { databases: [0, 4, 99] })])
    await walk.run(exchange)

    expect(parts()).toEqual(['one: db4 other', 'one: db99 other'])
    expect(trips.flat()).not.toContain('SELECT 99')
  })
})
