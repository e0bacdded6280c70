import { expect } from 'vitest'
import { eventually } from './eventually.ts'
import type { RedisServer } from './redis-process.ts'

/** The first and the last of slots in a row. */
export type SlotRange = readonly [first: number, last: number]

/** Takes slots with their keys from another node, and returns when they have moved. */
export type MoveSlots = (to: RedisServer, from: RedisServer, range: SlotRange) => Promise<void>

const patience = { within: 60_000, every: 50 }

/** The slots of a master that has one range of them. */
export async function slotsOf(node: RedisServer): Promise<SlotRange> {
  const nodes = String(await node.client().call('CLUSTER', 'NODES'))
  const [, first, last] = /myself.* connected (\d+)-(\d+)$/m.exec(nodes) ?? []
  if (first === undefined) throw new Error(`the node has no range of slots:\n${nodes}`)
  return [Number(first), Number(last)]
}

/** As every server can: slot by slot, and key by key. */
export const moveSlotsByKeys: MoveSlots = async (to, from, range) => {
  const [target, source] = [to.client(), from.client()]
  const [toId, fromId] = [await idOf(to), await idOf(from)]
  const slots = numbersOf(range)
  const each = (client: typeof source, words: (slot: string) => readonly string[]) =>
    inOneGo(
      client,
      slots.map((slot) => ['CLUSTER', ...words(slot)]),
    )
  await each(target, (slot) => ['SETSLOT', slot, 'IMPORTING', fromId])
  await each(source, (slot) => ['SETSLOT', slot, 'MIGRATING', toId])
  const keys = (await each(source, (slot) => ['GETKEYSINSLOT', slot, '1000'])).flat().map(String)
  const address = ['127.0.0.1', `${to.port}`]
  await inOneGo(
    source,
    keys.map((key) => ['MIGRATE', ...address, key, '0', '5000']),
  )
  await each(target, (slot) => ['SETSLOT', slot, 'NODE', toId])
  await each(source, (slot) => ['SETSLOT', slot, 'NODE', toId]).catch(unlessReplica)
}

// Whoever has lost its last slot, as it may hear from the other one first, is a replica of that one.
function unlessReplica(error: unknown): void {
  if (!String(error).includes('SETSLOT only with masters')) throw error
}

/** As Redis can from 8.4 on: at once, by who takes them. */
export const importSlots: MoveSlots = async (to, _from, [first, last]) => {
  const client = to.client()
  const task = String(await client.call('CLUSTER', 'MIGRATION', 'IMPORT', `${first}`, `${last}`))
  await eventually(async () => {
    const status = await client.call('CLUSTER', 'MIGRATION', 'STATUS', 'ID', task)
    expect(JSON.stringify(status)).toContain('"completed"')
  }, patience)
}

/** As Valkey can from 9.0 on: at once, by who gives them away. */
export const migrateSlots: MoveSlots = async (to, from, [first, last]) => {
  const client = from.client()
  const range = ['SLOTSRANGE', `${first}`, `${last}`]
  await client.call('CLUSTER', 'MIGRATESLOTS', ...range, 'NODE', await idOf(to))
  await eventually(async () => {
    const [newest] = (await client.call('CLUSTER', 'GETSLOTMIGRATIONS')) as readonly unknown[]
    expect(JSON.stringify(newest)).toContain('"success"')
  }, patience)
}

async function idOf(node: RedisServer): Promise<string> {
  return String(await node.client().call('CLUSTER', 'MYID'))
}

function numbersOf([first, last]: SlotRange): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, offset) => `${first + offset}`)
}

async function inOneGo(
  client: ReturnType<RedisServer['client']>,
  commands: readonly (readonly string[])[],
): Promise<readonly unknown[]> {
  const pipeline = client.pipeline()
  for (const [name = '', ...words] of commands) pipeline.call(name, ...words)
  const replies = (await pipeline.exec()) ?? []
  return replies.map(([error, reply]) => {
    if (error) throw error
    return reply
  })
}
