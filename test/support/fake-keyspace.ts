import type { KeyCollector, KeyVisitor, KeyWish } from '../../src/collectors/keys/key-collector.ts'
import { compileGlob } from '../../src/keyspace/glob.ts'
import { gauge, sample } from '../../src/metrics/metric.ts'
import type { Command } from '../../src/redis/command.ts'
import type { BulkReply } from '../../src/redis/connection.ts'
import { fromErrorReply, type RedisError } from '../../src/redis/redis-error.ts'

export interface FakeKeyspace {
  /** The commands that were sent, one list for each round trip. */
  readonly trips: readonly (readonly string[])[]
  /** Answers SELECT, SCAN and TYPE; what it throws is a lost connection. */
  exchange(commands: readonly Command[]): Promise<readonly BulkReply[]>
  /** Loses the connection at the round trip with this number, counted from now. */
  loseAt(trip: number, cause: RedisError): void
}

/** Keys by database, walked by a cursor that is the place in the list. */
export function fakeKeyspace(keys: Readonly<Record<number, readonly string[]>>): FakeKeyspace {
  const trips: string[][] = []
  let database = 0
  let loss: { trip: number; cause: RedisError } | undefined

  function scan(words: readonly string[]): BulkReply {
    const [, cursor = '0'] = words
    const count = Number(words[words.indexOf('COUNT') + 1])
    const pattern = words.includes('MATCH') ? (words[words.indexOf('MATCH') + 1] ?? '') : '*'
    const all = keys[database] ?? []
    const end = Number(cursor) + count
    const found = all.slice(Number(cursor), end).filter(compileGlob(pattern))
    return [end >= all.length ? '0' : String(end), found]
  }

  function answer(words: readonly string[]): BulkReply {
    const [name, argument = ''] = words
    if (name === 'SCAN') return scan(words)
    if (name === 'TYPE') return keys[database]?.includes(argument) ? 'string' : 'none'
    if (name !== 'SELECT') return fromErrorReply('ERR unknown command')
    database = Number(argument)
    return 'OK'
  }

  return {
    trips,
    async exchange(commands) {
      trips.push(commands.map((command) => command.join(' ')))
      if (loss?.trip === trips.length) throw loss.cause
      return commands.map(answer)
    },
    loseAt(trip, cause) {
      loss = { trip: trips.length + trip, cause }
    },
  }
}

export const seenKey = gauge('seen_key', 'A key that was seen (a test)', ['db', 'key'])

/** A collector that gives a series for each key that it sees and reads the type of. */
export function seeingCollector(
  name: string,
  wishes: Readonly<Record<number, Partial<KeyWish>>>,
  more: Partial<KeyVisitor> = {},
): KeyCollector {
  return {
    name,
    help: 'keys',
    metrics: [seenKey],
    schedule: 'walk',
    commands: ['type'],
    start: () => ({
      wants: (database) => ({ keys: [], patterns: [], ...wishes[database] }),
      async visit(database, keys, read) {
        const types = await read(keys.map((key) => ['TYPE', key]))
        return () =>
          keys
            .filter((_, index) => types[index] !== 'none')
            .map((key) => sample(seenKey, 1, { db: `db${database}`, key }))
      },
      ...more,
    }),
  }
}

/** The same collector, for which something is done once in the middle of a walk, with so many keys seen. */
export function interrupted(
  collector: KeyCollector,
  afterKeys: number,
  act: () => Promise<void>,
): KeyCollector {
  let seen = 0
  let isDone = false
  return {
    ...collector,
    start(walk) {
      const visitor = collector.start(walk)
      return {
        ...visitor,
        async visit(database, keys, read) {
          seen += keys.length
          if (seen > afterKeys && !isDone) {
            isDone = true
            await act()
          }
          return visitor.visit(database, keys, read)
        },
      }
    },
  }
}

/** One that sees every key of the first database. */
export const everything = seeingCollector('everything', { 0: { patterns: ['*'] } })
