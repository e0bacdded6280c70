import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { readDatabaseKeys } from '../../src/collectors/reading/database-lines.ts'
import { readClusterNodes, readNodeLines } from '../../src/redis/cluster-nodes-reply.ts'
import { readClusterShards } from '../../src/redis/cluster-shards-reply.ts'
import { readClusterSlots } from '../../src/redis/cluster-slots-reply.ts'
import { decodeReply, toTextInSlices } from '../../src/redis/decode-reply.ts'
import { parseInfo } from '../../src/redis/info.ts'
import { turnsDuring } from '../support/clock-of-looks.ts'

const things = 1_000
const listOf = <T>(thing: (index: number) => T) =>
  Array.from({ length: things }, (_, at) => thing(at))

const nodeLines = listOf((at) => `a${at} 1.2.3.4:${at + 1}@2 master - 0 0 1 connected ${at}`).join(
  '\n',
)
const node = (at: number) => ['id', `a${at}`, 'port', 7000, 'ip', '1.2.3.4', 'role', 'master']
const databases = parseInfo(
  `# Keyspace\r\n${listOf((at) => `db${at}:keys=3,expires=0`).join('\r\n')}`,
)

test.each<[string, () => Promise<unknown>]>([
  ['the nodes of a cluster', () => readNodeLines(nodeLines)],
  ['a cluster by its nodes', () => readClusterNodes(nodeLines, false)],
  ['a cluster by its shards', () => readClusterShards([['slots', [], 'nodes', listOf(node)]])],
  [
    'a cluster by its slots',
    () =>
      readClusterSlots(
        listOf((at) => [at, at, ['1.2.3.4', 7000, `a${at}`]]),
        false,
      ),
  ],
  ['databases', () => readDatabaseKeys(databases)],
  ['a reply of bytes', () => decodeReply([listOf((at) => Buffer.from(`${at}`))], 'utf8')],
  ['a reply of binary strings', () => toTextInSlices([listOf(String)])],
])('the event loop turns while %s are read, however many there are', async (_what, read) => {
  // A slice that is open ends with its turn.
  await nextTurn()

  expect(await turnsDuring(read)).toBeGreaterThan(things / 8)
})
