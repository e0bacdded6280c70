import { keyGroups } from '../../src/collectors/keys/key-groups.ts'
import type { BulkReply } from '../../src/redis/connection.ts'
import { type KeyWalkResult, keyWalk } from './key-walk.ts'

/** A database: keys with their memory, or what MEMORY USAGE answers instead. */
export type Database = readonly (readonly [key: string, usage: BulkReply])[]

interface Options {
  readonly patterns?: readonly string[]
  readonly most?: number
  readonly room?: number
  readonly seconds?: number
  readonly databases?: number
}

/** Walks over databases in batches of two keys, in which a key may come twice. */
export async function walk(
  filled: readonly Database[],
  options: Options = {},
): Promise<KeyWalkResult> {
  const { patterns = ['^(.*):[^:]*$'], most = 100, databases = filled.length, ...rest } = options
  return await keyWalk(keyGroups, {
    ...rest,
    settings: { checkKeyGroups: patterns, maxDistinctKeyGroups: most },
    databases,
    async *scan(database) {
      const names = (filled[database] ?? []).map(([key]) => key)
      for (let start = 0; start < names.length; start += 2) yield names.slice(start, start + 2)
    },
    read: async (database, commands) => {
      const usage = new Map(filled[database])
      return commands.map(([, , key = '']) => usage.get(key) ?? null)
    },
  })
}

/** The groups of the first database as `name: keys, bytes`, and how many there are in all. */
export function groups({ samples }: KeyWalkResult): {
  shown: readonly string[]
  distinct: unknown
} {
  const value = (name: string, group?: string) =>
    samples.find(({ metric, labels }) => metric.name === name && labels.key_group === group)?.value
  const names = samples
    .filter(({ metric }) => metric.name === 'key_group_count')
    .map(({ labels }) => labels.key_group)
  return {
    shown: names.map(
      (name) =>
        `${name}: ${value('key_group_count', name)}, ${value('key_group_memory_usage_bytes', name)}`,
    ),
    distinct: value('number_of_distinct_key_groups'),
  }
}
