import { describe, expect, test } from 'vitest'
import type { KeyCollector } from '../../src/collectors/keys/key-collector.ts'
import { sample } from '../../src/metrics/metric.ts'
import type { Command } from '../../src/redis/command.ts'
import type { BulkReply, Exchange } from '../../src/redis/connection.ts'
import { fromErrorReply, redisError } from '../../src/redis/redis-error.ts'
import { createKeyWalk, type KeyWalkOptions } from '../../src/walk/key-walk.ts'
import { createWalkRefusals } from '../../src/walk/walk-refusals.ts'
import { createWalkVisitors } from '../../src/walk/walk-visitors.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { fakeKeyspace, seeingCollector, seenKey } from '../support/fake-keyspace.ts'
import { fakeWalk } from '../support/key-walk.ts'

/** A walk with what its collectors gave so far, as `collector: db0 key`. */
function walkOf(
  collectors: readonly KeyCollector[],
  count = 2,
  databases = 4,
  ahead = false,
  more: Partial<KeyWalkOptions> = {},
) {
  const given: string[] = []
  const clock = fakeClock()
  const refusals = createWalkRefusals(600_000, clock)
  const visitors = createWalkVisitors({
    collectors,
    walkOf: () => ({ ...fakeWalk({}, databases), refusals }),
    accept(collector, samples) {
      for (const { labels } of samples) given.push(`${collector}: ${labels.db} ${labels.key}`)
    },
    workTime: clock.monotonic,
  })
  const walk = createKeyWalk({
    visitors,
    databases,
    missing: (database) => database >= databases,
    keysIn: (database) => (database < 3 ? 5 : 0),
    count: () => count,
    ahead,
    isNode: false,
    refusals,
    ...more,
  })
  const failures = () =>
    [...visitors.results()].flatMap(([name, { error }]) =>
      error ? [[name, error.reason, error.message]] : [],
    )
  const parts = () =>
    [...visitors.results()].flatMap(([name, { failedParts }]) =>
      [...failedParts].map(([part, { reason }]) => `${name}: ${part} ${reason}`),
    )
  return { given, walk, visitors, refusals, clock, failures, parts }
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
        [2, 10].includes(trip) ? 3 : 2,
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

describe('what fails', () => {
  test('a collector that fails leaves the walk, which goes on for the others', async () => {
    const { exchange } = fakeKeyspace(some)
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
      const { exchange } = fakeKeyspace(some)
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
    const { exchange } = refusing(fakeKeyspace(some), 'SCAN', 'OK')

    await expect(walk.run(exchange)).rejects.toMatchObject({ reason: 'parse' })
  })

  test('SCAN that is refused fails those that look for keys, and is not sent again', async () => {
    const { exchange, sent } = refusing(fakeKeyspace(some), 'SCAN', fromErrorReply('NOPERM no'))
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
    const server = fakeKeyspace(some)
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
    const { exchange, trips } = fakeKeyspace(some)
    const wish = { 0: { patterns: ['a1'] } }
    const { walk, parts } = walkOf([seeingCollector('one', wish, { databases: [0, 4, 99] })])
    await walk.run(exchange)

    expect(parts()).toEqual(['one: db4 other', 'one: db99 other'])
    expect(trips.flat()).not.toContain('SELECT 99')
  })
})

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
    const server = fakeKeyspace(some)
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

describe('a node of a cluster', () => {
  // The slots of a, b and c are 15495, 3300 and 7365.
  const nodes = (slots: string) =>
    `m1 127.0.0.1:1@2 myself,master - 0 0 1 connected ${slots}\nm2 127.0.0.1:2@3 master - 0 0 2 connected 5000-9999\n`
  const asked = (trips: readonly (readonly string[])[]) =>
    trips.flat().filter((text) => text === 'CLUSTER NODES').length

  function node(slotsOf: () => string, typeOf: (key: string) => BulkReply = () => 'string') {
    const trips: string[][] = []
    const keys = ['a', 'b', 'c', 'a', 'b', 'c']
    const scan = (start: number): BulkReply => [
      start + 3 < keys.length ? `${start + 3}` : '0',
      keys.slice(start, start + 3),
    ]
    const answer = ([name, word = '']: Command): BulkReply => {
      if (name === 'CLUSTER') return nodes(slotsOf())
      if (name === 'TYPE') return typeOf(word)
      return name === 'SCAN' ? scan(Number(word)) : 'OK'
    }
    const exchange: Exchange = async (commands) => {
      trips.push(commands.map((command) => command.join(' ')))
      return commands.map(answer)
    }
    return { exchange, trips }
  }
  const visiting = seeingCollector('one', { 0: { patterns: ['*'] } })

  test('is asked for the keys of its own slots only', async () => {
    const { exchange, trips } = node(() => '0-4999 10000-16383')
    const { walk } = walkOf([visiting], 3, 1, false, { isNode: true })
    await walk.run(exchange)

    const types = trips.flat().filter((text) => text.startsWith('TYPE'))
    expect(types).toEqual(['TYPE a', 'TYPE b', 'TYPE a', 'TYPE b'])
    expect(asked(trips)).toBe(1)
  })

  test('is asked anew what it owns when a key has moved', async () => {
    let slots = '0-4999 10000-16383'
    const { exchange, trips } = node(
      () => slots,
      (key) => {
        if (key !== 'a') return 'string'
        slots = '0-4999'
        return fromErrorReply('MOVED 15495 127.0.0.1:3')
      },
    )
    const { walk, failures } = walkOf([visiting], 3, 1, false, { isNode: true })
    await walk.run(exchange)

    const types = trips.flat().filter((text) => text.startsWith('TYPE'))
    expect(types).toEqual(['TYPE a', 'TYPE b', 'TYPE b'])
    expect(asked(trips)).toBe(2)
    expect(failures()).toEqual([])
  })
})

test('what is still open is read when a database is left, and the rest told at the end', async () => {
  const { exchange, trips } = fakeKeyspace(some)
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
  const { exchange } = fakeKeyspace(some)
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
  const visitors = createWalkVisitors({
    collectors: [slow, seeingCollector('quick', { 0: { patterns: ['*'] } })],
    walkOf: () => fakeWalk({}),
    accept: () => {},
    workTime: clock.monotonic,
  })
  const walk = createKeyWalk({
    visitors,
    databases: 1,
    missing: () => false,
    keysIn: () => 5,
    count: () => 5,
    ahead: false,
    isNode: false,
    refusals: createWalkRefusals(1, clock),
  })
  await walk.run(exchange)

  const seconds = [...visitors.results()].map(([name, one]) => [name, one.seconds])
  expect(seconds).toEqual([
    ['slow', 0.25],
    ['quick', 0],
  ])
})
