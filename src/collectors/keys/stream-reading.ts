import type { ShowName } from '../../keyspace/key-label.ts'
import type { Sample } from '../../metrics/metric.ts'
import type { BulkReply, Exchange } from '../../redis/connection.ts'
import { pairsOf } from '../../redis/names-and-values.ts'
import { inSlices } from '../../yielding.ts'
import { readForEach, readTypes } from './key-replies.ts'
import { consumerRows, groupRows, streamRows, streamSamples } from './stream-metrics.ts'

/** The commands by which streams are read, as ACL rules name them. */
export const streamCommands: readonly string[] = [
  ...['type', 'xinfo|stream', 'xinfo|groups', 'xinfo|consumers'],
]

export interface StreamsToRead {
  readonly database: number
  readonly keys: readonly string[]
  readonly withConsumers: boolean
  /** How the names of streams, groups and consumers are shown. */
  readonly show: ShowName
  readonly reject: (field: string) => void
}

/** A stream with the samples of its groups and their consumers. */
export interface StreamRead {
  readonly key: string
  readonly samples: readonly Sample[]
}

/**
 * Reads those of some keys that are streams: in the first round trip the types, because XINFO of
 * anything else is an error, which the server counts; then streams and groups; then consumers.
 */
export async function readStreams(toRead: StreamsToRead, read: Exchange): Promise<StreamRead[]> {
  const { database, keys, withConsumers, show, reject } = toRead
  const types = await readForEach(read, keys, (key) => [['TYPE', key]])
  const found = readTypes(types, reject).filter(({ type }) => type === 'stream')
  const replies = await readForEach(read, found, ({ key }) => [
    ['XINFO', 'STREAM', key],
    ['XINFO', 'GROUPS', key],
  ])
  const streams: { key: string; fields: Fields; groups: readonly Named[] }[] = []
  for (const { item, replies: ofStream } of replies) {
    const [stream = null, groups = null] = ofStream
    streams.push({ key: item.key, fields: fieldsOf(stream), groups: await readNamed(groups) })
  }
  const groups = streams.flatMap(({ key, groups }) => groups.map(({ name }) => ({ key, name })))
  const consumers = await readForEach(read, withConsumers ? groups : [], ({ key, name }) => [
    ['XINFO', 'CONSUMERS', key, name],
  ])

  const labelsOf = (key: string) => ({ db: `db${database}`, stream: show(key) })
  const samples = new Map<string, Sample[]>()
  for (const { key, fields, groups } of streams) {
    const labels = labelsOf(key)
    const own = [...streamSamples(streamRows, fields, labels, reject)]
    await inSlices(groups, ({ name, fields }) => {
      own.push(...streamSamples(groupRows, fields, { ...labels, group: show(name) }, reject))
    })
    samples.set(key, own)
  }
  for (const { item, replies } of consumers) {
    const labels = { ...labelsOf(item.key), group: show(item.name) }
    await inSlices(await readNamed(replies[0] ?? null), ({ name, fields }) => {
      const all = { ...labels, consumer: show(name) }
      samples.get(item.key)?.push(...streamSamples(consumerRows, fields, all, reject))
    })
  }
  return [...samples].map(([key, samples]) => ({ key, samples }))
}

interface Named {
  readonly name: string
  readonly fields: Fields
}

type Fields = ReadonlyMap<string, BulkReply>

// Groups and consumers: a list of lists of names and values.
async function readNamed(reply: BulkReply): Promise<readonly Named[]> {
  const named: Named[] = []
  await inSlices(Array.isArray(reply) ? reply : [], (one: BulkReply) => {
    const fields = fieldsOf(one)
    const name = fields.get('name')
    if (typeof name === 'string') named.push({ name, fields })
  })
  return named
}

// An error or anything else that is no list holds none.
function fieldsOf(reply: BulkReply): Fields {
  return new Map(Array.isArray(reply) ? pairsOf<BulkReply>(reply) : [])
}
