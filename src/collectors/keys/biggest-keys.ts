import { keyLabel, shownKey } from '../../keyspace/key-label.ts'
import { createLargest, type Largest } from '../../keyspace/largest.ts'
import { gauge, type Metric, type Sample, sample } from '../../metrics/metric.ts'
import type { Options, Values } from '../../options/option.ts'
import { wholeNumber } from '../../options/value-kinds.ts'
import type { Command } from '../../redis/command.ts'
import type { BulkReply, Exchange } from '../../redis/connection.ts'
import { mayLookAtKeys } from './key-choice.ts'
import { type KeyVisitor, keyCollector, type Walk } from './key-collector.ts'
import { keyOptions } from './key-options.ts'
import { newerKeyCommands, sizeCommands } from './key-reading.ts'
import { heedRefusals, readForEach, readTypes, type TypedKey } from './key-replies.ts'

const biggestMemory = gauge(
  'biggest_key_memory_bytes',
  'Memory of a key, of those of its type that take most (MEMORY USAGE)',
  ['db', 'type', 'key'],
)
const biggestSize = gauge(
  'biggest_key_size',
  'Elements of a key, of those of its type that have most, or bytes of a string (STRLEN, LLEN, SCARD, ZCARD, HLEN, XLEN, ARCOUNT, VCARD)',
  ['db', 'type', 'key'],
)
const keysByType = gauge('keys_by_type', 'Keys of a type (SCAN, TYPE)', ['db', 'type'])
const memoryByType = gauge(
  'keys_by_type_memory_bytes',
  'Memory of all keys of a type (SCAN, TYPE, MEMORY USAGE)',
  ['db', 'type'],
)

// A HyperLogLog is a string as well, and its bytes tell how big it is.
const sizes: ReadonlyMap<string, string> = new Map([['string', 'STRLEN'], ...sizeCommands])

/*
 * What one element takes at least, so that most keys are too small to be asked for their size: a
 * byte of a string, one entry of the packed form of a set, two of a hash or sorted set. Of lists,
 * which may be compressed, and of streams the server only estimates the memory.
 */
const leastBytes: ReadonlyMap<string, number> = new Map([
  ['string', 1],
  ['set', 2],
  ['zset', 4],
  ['hash', 4],
])

// Modules have types of their own; those beyond this number go together.
const mostTypes = 16
const otherType = 'other'
// Where the server refuses TYPE.
const unknownType = 'unknown'

const { hashKeyNames, skipKeysOfMaster } = keyOptions

const options = {
  biggestKeysCount: {
    flags: ['biggest-keys.count'],
    env: ['REDIS_EXPORTER_BIGGEST_KEYS_COUNT'],
    scope: 'target',
    group: 'Keys, streams and scripts',
    needs: ['collect.biggest-keys'],
    help: 'How many of the biggest keys of each type to export, by memory and by size',
    kind: wholeNumber(1, 1000),
    default: '10',
  },
  hashKeyNames,
  skipKeysOfMaster,
} as const satisfies Options

export const biggestKeys = keyCollector({
  name: 'biggest-keys',
  help: 'number and memory of all keys by type, and of each type the biggest by memory and by elements, as many as --biggest-keys.count',
  metrics: [biggestMemory, biggestSize, keysByType, memoryByType],
  commands: [
    ...['type', 'memory|usage'],
    ...[...sizes.values()].map((command) => command.toLowerCase()),
  ],
  newerCommands: newerKeyCommands,
  optIn: true,
  cost: '3 microseconds of Redis for each key, in a walk that keeps to --scan.max-load, and 5 of one core of ours; 2 series for each type in a database, and twice --biggest-keys.count for each type',
  schedule: 'walk',
  access: () => ({ keys: ['*'] }),
  options,
  appliesTo: mayLookAtKeys,
  start: visitAll,
})

/** What is known of the keys of a type, over all databases. */
interface OfType {
  readonly byMemory: Largest
  readonly bySize: Largest
  /** The sums of each database. */
  readonly totals: Map<number, Total>
}

interface Total {
  keys: number
  bytes: number
  /** Whether the server told the memory of any. */
  isTold: boolean
}

/** A key, its memory among the other replies, with its size where that was asked for. */
interface ReadKey extends TypedKey {
  readonly size: BulkReply | undefined
}

function visitAll(walk: Walk<Values<typeof options>>): KeyVisitor {
  const { settings } = walk
  const types = new Map<string, OfType>()
  const readHeeding = heedRefusals(walk)

  function ofType(type: string): OfType {
    const name = types.has(type) || types.size < mostTypes ? type : otherType
    const known = types.get(name) ?? newType(settings.biggestKeysCount)
    types.set(name, known)
    return known
  }

  /** Whether a key may be among those with most elements, by what it takes. */
  function mayBeBiggest({ type, others: [memory] }: TypedKey): boolean {
    const most = typeof memory === 'number' ? memory / (leastBytes.get(type) ?? 0) : Infinity
    return types.get(type)?.bySize.mayHold(most) ?? true
  }

  async function readKeys(keys: readonly string[], read: Exchange): Promise<readonly ReadKey[]> {
    const readAll: Exchange = (commands) => readHeeding(read, commands)
    const first = await readForEach(readAll, keys, (key): readonly Command[] => [
      ['TYPE', key],
      ['MEMORY', 'USAGE', key],
    ])
    // What has no memory is gone by now.
    const there = readTypes(first, walk.reject).filter(({ others: [memory] }) => memory !== null)
    const second = await readForEach(readAll, there, (one): readonly Command[] => {
      const command = sizes.get(one.type)
      return command !== undefined && mayBeBiggest(one) ? [[command, one.key]] : []
    })
    return second.map(({ item, replies: [size] }) => ({ ...item, size }))
  }

  function take(database: number, { key, type, others: [memory], size }: ReadKey): void {
    const { byMemory, bySize, totals } = ofType(type || unknownType)
    const total = totals.get(database) ?? { keys: 0, bytes: 0, isTold: false }
    totals.set(database, total)
    total.keys += 1
    if (typeof memory === 'number') {
      total.bytes += memory
      total.isTold = true
      offer(byMemory, memory)
    }
    if (typeof size === 'number') offer(bySize, size)

    function offer(largest: Largest, value: number): void {
      // What is empty is not big, and a key that is gone by now looks empty.
      if (value > 0 && largest.mayHold(value))
        largest.offer(`${database} ${shownKey(key, settings)}`, value)
    }
  }

  return {
    wants: () => ({ keys: [], patterns: ['*'] }),
    async visit(database, keys, read) {
      const found = await readKeys(keys, read)
      return () => {
        for (const one of found) take(database, one)
        return []
      }
    },
    overlaps: true,
    finish: () => [
      ...[...types].flatMap(([type, { totals }]) => totalSamples(keyLabel(type), totals)),
      ...[...types].flatMap(([type, { byMemory, bySize }]) => [
        ...largestSamples(biggestMemory, keyLabel(type), byMemory),
        ...largestSamples(biggestSize, keyLabel(type), bySize),
      ]),
    ],
  }
}

function newType(count: number): OfType {
  return { byMemory: createLargest(count), bySize: createLargest(count), totals: new Map() }
}

function totalSamples(type: string, totals: ReadonlyMap<number, Total>): readonly Sample[] {
  return [...totals].flatMap(([database, { keys, bytes, isTold }]) => {
    const labels = { db: `db${database}`, type }
    const memory = isTold ? [sample(memoryByType, bytes, labels)] : []
    return [sample(keysByType, keys, labels), ...memory]
  })
}

function largestSamples(
  metric: Metric<'db' | 'type' | 'key', never>,
  type: string,
  largest: Largest,
): readonly Sample[] {
  return largest.all().map(({ name, size }) => {
    const blank = name.indexOf(' ')
    return sample(metric, size, {
      db: `db${name.slice(0, blank)}`,
      type,
      key: name.slice(blank + 1),
    })
  })
}
