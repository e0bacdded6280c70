import type { ShowName } from '../keyspace/key-label.ts'
import type { Sample } from '../metrics/metric.ts'
import type { BulkReply } from '../redis/bulk-connection.ts'
import { pairsOf } from '../redis/name-value-pairs.ts'
import type { ReadAll } from './key-collector.ts'
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
export async function readStreams(toRead: StreamsToRead, read: ReadAll): Promise<StreamRead[]> {
  const { database, keys, withConsumers, show, reject } = toRead
  const types = await readForEach(read, keys, (key) => [['TYPE', key]])
  const found = readTypes(types, reject).filter(({ type }) => type === 'stream')
  const replies = await readForEach(read, found, ({ key }) => [
    ['XINFO', 'STREAM', key],
    ['XINFO', 'GROUPS', key],
  ])
  const streams = replies.map(({ item: { key }, replies: [stream = null, groups = null] }) => ({
    key,
    fields: fieldsOf(stream),
    groups: readNamed(groups),
  }))
  const groups = streams.flatMap(({ key, groups }) => groups.map(({ name }) => ({ key, name })))
  const consumers = await readForEach(read, withConsumers ? groups : [], ({ key, name }) => [
    ['XINFO', 'CONSUMERS', key, name],
  ])

  const labelsOf = (key: string) => ({ db: `db${database}`, stream: show(key) })
  const samples = new Map<string, Sample[]>()
  for (const { key, fields, groups } of streams) {
    const labels = labelsOf(key)
    const ofGroups = groups.flatMap(({ name, fields }) =>
      streamSamples(groupRows, fields, { ...labels, group: show(name) }, reject),
    )
    samples.set(key, [...streamSamples(streamRows, fields, labels, reject), ...ofGroups])
  }
  for (const { item, replies } of consumers) {
    const labels = { ...labelsOf(item.key), group: show(item.name) }
    for (const { name, fields } of readNamed(replies[0] ?? null)) {
      const all = { ...labels, consumer: show(name) }
      samples.get(item.key)?.push(...streamSamples(consumerRows, fields, all, reject))
    }
  }
  return [...samples].map(([key, samples]) => ({ key, samples }))
}

interface Named {
  readonly name: string
  readonly fields: ReadonlyMap<string, BulkReply>
}

// Groups and consumers: a list of lists of names and values.
function readNamed(reply: BulkReply): readonly Named[] {
  if (!Array.isArray(reply)) return []
  return reply.flatMap((one: BulkReply) => {
    const fields = fieldsOf(one)
    const name = fields.get('name')
    return typeof name === 'string' ? [{ name, fields }] : []
  })
}

// An error or anything else that is no list holds none.
function fieldsOf(reply: BulkReply): ReadonlyMap<string, BulkReply> {
  return new Map(Array.isArray(reply) ? pairsOf<BulkReply>(reply) : [])
}
