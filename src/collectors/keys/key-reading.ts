import { type ShowName, showNames } from '../../keyspace/key-label.ts'
import { gauge, type Sample, sample } from '../../metrics/metric.ts'
import { readFloat } from '../../metrics/read-float.ts'
import type { Command } from '../../redis/command.ts'
import type { BulkReply, Exchange } from '../../redis/connection.ts'
import { readAll, typeOf } from './key-replies.ts'

/** What is told of a key. */
export const keyMetrics = {
  size: gauge(
    'key_size',
    'Elements of a key, bytes of a string, or the estimate of a HyperLogLog; 0 for a key that was named and is not there, unless --missing-keys=none (STRLEN, PFCOUNT, LLEN, SCARD, ZCARD, HLEN, XLEN, ARCOUNT, VCARD)',
    ['db', 'key'],
  ),
  memory: gauge('key_memory_usage_bytes', 'Memory that a key takes (MEMORY USAGE)', ['db', 'key']),
  value: gauge(
    'key_value',
    'Value of a string that is a number; not with --hash-key-names (GETRANGE)',
    ['db', 'key'],
  ),
  text: gauge(
    'key_value_as_string',
    'Value of any other string as a label, shortened beyond 512 bytes; always 1 (GETRANGE)',
    ['db', 'key', 'val'],
  ),
} as const

/** Size and memory come of any key whose type we know, a value of strings. */
export const leastSeriesOfKey = 2
export const mostSeriesOfKey = 3

/** The commands that count the elements of a key, by its type. */
export const sizeCommands: ReadonlyMap<string, string> = new Map([
  ['list', 'LLEN'],
  ['set', 'SCARD'],
  ['zset', 'ZCARD'],
  ['hash', 'HLEN'],
  ['stream', 'XLEN'],
  ['array', 'ARCOUNT'],
  ['vectorset', 'VCARD'],
])

/** The commands by which keys are read, as ACL rules name them. */
export const keyCommands: readonly string[] = [
  ...['type', 'memory|usage', 'getrange', 'strlen', 'pfcount'],
  ...[...sizeCommands.values()].map((name) => name.toLowerCase()),
]

/** Of them those that not every Redis has, with the servers that do. */
export const newerKeyCommands = { arcount: 'Redis with arrays', vcard: 'Redis from 8.0 on' }

/** What of a key must be asked when its beginning was seen. */
export interface FollowUp {
  readonly key: string
  readonly command: 'PFCOUNT' | 'STRLEN'
}

// Of one key alone, PFCOUNT writes its result into the key: that ends a WATCH and goes to the
// replicas and the append-only file. Of several it only reads, also where they are the same.
const followUpCommands = {
  PFCOUNT: (key: string): Command => ['PFCOUNT', key, key],
  STRLEN: (key: string): Command => ['STRLEN', key],
}

export interface KeysToRead {
  readonly database: number
  readonly keys: readonly string[]
  /** Those of an earlier reading; they travel with the first commands of this one. */
  readonly followUps: readonly FollowUp[]
  readonly withValues: boolean
  /** Whether names and values are shown by hashes, which a number as a value cannot be. */
  readonly hashKeyNames: boolean
  /** Keys that somebody named, where so wanted: their size is 0 when they are not there, as of an empty list. */
  readonly countsAsEmpty: (key: string) => boolean
  readonly reject: (field: string) => void
}

export interface KeysRead {
  readonly samples: readonly Sample[]
  /** The keys that gave samples. */
  readonly found: readonly string[]
  /** What is still open. */
  readonly followUps: readonly FollowUp[]
}

/** A key with what is asked of it, whose replies end before a place. */
interface AskedKey {
  readonly key: string
  readonly type: string
  readonly end: number
}

/**
 * Reads keys of one database in two round trips, the types first, so that no command is in vain.
 * Loops rather than chains of lists: of hundreds of thousands of keys they take a third of the time.
 */
export async function readKeys(toRead: KeysToRead, read: Exchange): Promise<KeysRead> {
  const { database, keys, followUps, withValues, hashKeyNames, countsAsEmpty, reject } = toRead
  const show = showNames(toRead)
  const values = withValues ? { show, withNumbers: !hashKeyNames } : undefined
  const db = `db${database}`
  const labelsOf = (key: string) => ({ db, key: show(key) })
  const result: Gathered = { samples: [], found: [], followUps: [] }

  const first = followUps.map(({ command, key }) => followUpCommands[command](key))
  for (const key of keys) first.push(['TYPE', key])
  const types = await readAll(read, first)
  for (const [index, followUp] of followUps.entries())
    result.samples.push(...lateSize(followUp, labelsOf(followUp.key), types[index]))

  const asked: AskedKey[] = []
  const second: Command[] = []
  for (const [index, key] of keys.entries()) {
    const reply = types[followUps.length + index] ?? null
    const type = typeOf(reply, reject)
    if (type !== undefined) {
      for (const command of commandsFor(key, type, withValues)) second.push(command)
      asked.push({ key, type, end: second.length })
    } else if (reply === 'none' && countsAsEmpty(key)) {
      result.found.push(key)
      result.samples.push(sample(keyMetrics.size, 0, labelsOf(key)))
    }
  }
  const replies = await readAll(read, second)
  let start = 0
  for (const { key, type, end } of asked) {
    addFacts(result, labelsOf(key), key, type, values, replies.slice(start, end))
    start = end
  }
  return result
}

interface Gathered {
  readonly samples: Sample[]
  readonly found: string[]
  readonly followUps: FollowUp[]
}

// The beginning of a string tells a HyperLogLog from other strings: PFCOUNT of any other would be
// an error, which the server counts, and GET would fetch values of any size.
const valueBytes = 512
const headerBytes = 16

function commandsFor(key: string, type: string, withValues: boolean): readonly Command[] {
  const memory: Command = ['MEMORY', 'USAGE', key]
  const size = sizeCommands.get(type)
  if (size) return [memory, [size, key]]
  // The types of modules have no size that we know of.
  if (type !== 'string') return [memory]
  if (withValues) return [memory, ['GETRANGE', key, '0', `${valueBytes - 1}`]]
  return [memory, ['GETRANGE', key, '0', `${headerBytes - 1}`], ['STRLEN', key]]
}

interface Labels {
  readonly db: string
  readonly key: string
}

interface ShownValues {
  readonly show: ShowName
  readonly withNumbers: boolean
}

// Nothing when the key is gone by now: then all other commands answer as of an empty key.
function addFacts(
  { samples, found, followUps }: Gathered,
  labels: Labels,
  key: string,
  type: string,
  shown: ShownValues | undefined,
  [memory, beginning, length]: readonly BulkReply[],
): void {
  if (memory === null) return
  found.push(key)
  if (typeof memory === 'number') samples.push(sample(keyMetrics.memory, memory, labels))
  if (type !== 'string') samples.push(...sizeSamples(labels, beginning))
  if (type !== 'string' || typeof beginning !== 'string') return
  // Undefined for a value that goes on beyond what was read.
  const size = shown ? knownLength(beginning) : length
  const isCounter = isHyperLogLog(beginning, size)
  const known = isCounter ? cachedCount(beginning) : size
  if (known === undefined) followUps.push({ key, command: isCounter ? 'PFCOUNT' : 'STRLEN' })
  else samples.push(...sizeSamples(labels, known))
  if (shown && !isCounter) samples.push(...valueSamples(labels, beginning, shown))
}

function knownLength(beginning: string): number | undefined {
  return beginning.length < valueBytes ? beginning.length : undefined
}

function sizeSamples(labels: Labels, reply: BulkReply | undefined): readonly Sample[] {
  return typeof reply === 'number' ? [sample(keyMetrics.size, reply, labels)] : []
}

// A string that was long a moment ago and is empty now is gone.
function lateSize({ command }: FollowUp, labels: Labels, reply: BulkReply | undefined) {
  const isGone = command === 'STRLEN' && reply === 0
  return isGone ? [] : sizeSamples(labels, reply)
}

// An empty value tells nothing, as the Go exporter has it; one that was cut off is no number.
function valueSamples(
  labels: Labels,
  value: string,
  { show, withNumbers }: ShownValues,
): readonly Sample[] {
  if (value === '') return []
  const number = value.length < valueBytes ? readFloat(value) : undefined
  if (number === undefined)
    return [sample(keyMetrics.text, 1, { db: labels.db, key: labels.key, val: show(value) })]
  return withNumbers ? [sample(keyMetrics.value, number, labels)] : []
}

const denseBytes = 12_304

// A header of 16 bytes: HYLL, then 0 for dense, which is of one length only, or 1 for sparse.
function isHyperLogLog(beginning: string, size: BulkReply | undefined): boolean {
  if (beginning.length < headerBytes || !beginning.startsWith('HYLL')) return false
  const encoding = beginning.charCodeAt(4)
  return encoding === 1 || (encoding === 0 && (size === undefined || size === denseBytes))
}

// The last count stands in the second half of the header, least byte first; the highest bit says
// that it is out of date.
function cachedCount(header: string): number | undefined {
  const count = Buffer.from(header.slice(8, headerBytes), 'latin1').readBigUInt64LE()
  return count > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(count)
}
