import type { CollectorSettings } from '../../src/collectors/collector.ts'
import { biggestKeys } from '../../src/collectors/keys/biggest-keys.ts'
import type { Command } from '../../src/redis/command.ts'
import type { BulkReply } from '../../src/redis/connection.ts'
import { textOf } from './fake-poll.ts'
import { type KeyWalkResult, keyWalk } from './key-walk.ts'

/** A key as the server sees it: what TYPE, MEMORY USAGE and the command of its size answer. */
export type Key = readonly [name: string, type: BulkReply, memory: BulkReply, size?: BulkReply]

interface Options {
  readonly settings?: Partial<CollectorSettings>
  readonly room?: number
  readonly batch?: number
}

export function answers(keys: readonly Key[], commands: readonly Command[]): readonly BulkReply[] {
  return commands.map((command) => {
    const [, type = 'none', memory = null, size = 0] =
      keys.find(([key]) => key === command.at(-1)) ?? []
    if (command[0] === 'TYPE') return type
    return command[0] === 'MEMORY' ? memory : size
  })
}

/** Walks over databases in batches of two keys. */
export async function walk(
  filled: readonly (readonly Key[])[],
  { batch = 2, settings = {}, ...rest }: Options = {},
): Promise<KeyWalkResult> {
  return await keyWalk(biggestKeys, {
    ...rest,
    settings,
    databases: filled.length,
    async *scan(database) {
      const names = (filled[database] ?? []).map(([key]) => key)
      for (let start = 0; start < names.length; start += batch)
        yield names.slice(start, start + batch)
    },
    read: async (database, commands) => answers(filled[database] ?? [], commands),
  })
}

export function text({ samples }: Pick<KeyWalkResult, 'samples'>): string {
  return textOf(samples)
}

/** The biggest keys, as `db0 string key 12`. */
export function biggest({ samples }: Pick<KeyWalkResult, 'samples'>, by: 'memory_bytes' | 'size') {
  return samples
    .filter(({ metric }) => metric.name === `biggest_key_${by}`)
    .map(({ labels: { db, type, key }, value }) => `${db} ${type} ${key} ${value}`)
}
