import { setImmediate as nextTurn } from 'node:timers/promises'
import { createGroupSums, type Group, type GroupSums } from '../../keyspace/group-sums.ts'
import { type ShowName, showNames } from '../../keyspace/key-label.ts'
import { compileLuaPattern } from '../../keyspace/lua-pattern.ts'
import { gauge, type Sample, sample } from '../../metrics/metric.ts'
import { goInteger } from '../../options/go-forms.ts'
import { luaPatternList } from '../../options/key-pattern-kinds.ts'
import type { Options, Values } from '../../options/option.ts'
import type { Command } from '../../redis/command.ts'
import type { BulkReply } from '../../redis/connection.ts'
import { isRedisError, isRefusal } from '../../redis/redis-error.ts'
import { inSlices } from '../../yielding.ts'
import { type KeyVisitor, keyCollector, type Walk } from './key-collector.ts'
import { isGiven, keyOptions } from './key-options.ts'
import { hasMoved, heedRefusals, throwIfServerFailed } from './key-replies.ts'

const keys = gauge('key_group_count', 'Keys of a group (SCAN)', ['db', 'key_group'])
const memory = gauge(
  'key_group_memory_usage_bytes',
  'Memory of the keys of a group (SCAN, MEMORY USAGE)',
  ['db', 'key_group'],
)
const distinct = gauge(
  'number_of_distinct_key_groups',
  'Groups in a database, with those that are summed as overflow (SCAN)',
  ['db'],
)
const duration = gauge(
  'last_key_groups_scrape_duration_milliseconds',
  'How long it took to look at all keys (SCAN, MEMORY USAGE)',
)

const unclassified = 'unclassified'
const overflow = 'overflow'
// They are of no key.
const ownNames = new Set([unclassified, overflow])

const allKeys = { keys: [], patterns: ['*'] }

const options = {
  checkKeyGroups: {
    flags: ['check-key-groups'],
    env: ['REDIS_EXPORTER_CHECK_KEY_GROUPS'],
    scope: 'target',
    group: 'Keys, streams and scripts',
    help: 'Lua patterns that put keys into groups, whose number and memory to export',
    kind: luaPatternList,
    default: undefined,
  },
  maxDistinctKeyGroups: {
    flags: ['max-distinct-key-groups'],
    env: ['REDIS_EXPORTER_MAX_DISTINCT_KEY_GROUPS'],
    scope: 'target',
    group: 'Keys, streams and scripts',
    needs: ['check-key-groups'],
    help: 'Groups of a database at most; the smallest beyond are summed as overflow',
    kind: goInteger(0, 1_000_000),
    default: '100',
  },
  hashKeyNames: keyOptions.hashKeyNames,
} as const satisfies Options

type GroupWalk = Walk<Values<typeof options>>

export const keyGroups = keyCollector({
  name: 'key-groups',
  help: 'number and memory of keys by the groups of --check-key-groups',
  metrics: [keys, memory, distinct, duration],
  commands: ['memory|usage'],
  schedule: 'walk',
  options,
  example: { checkKeyGroups: '^(%a)' },
  isWanted: (settings) => isGiven(settings.checkKeyGroups),
  access: () => ({ keys: allKeys.patterns }),
  start: visitGroups,
})

function visitGroups(walk: GroupWalk): KeyVisitor {
  const groupOf = groupNamer(walk.settings.checkKeyGroups ?? [])
  const open = new Map<number, GroupSums>()
  const left = new Set<number>()
  let refused = 0
  // Of memory that the user may not see nothing is told, rather than 0.
  let withMemory = true
  const readHeeding = heedRefusals(walk, () => {
    withMemory = false
  })

  async function groupsOf(names: readonly string[]): Promise<readonly string[]> {
    const groups: string[] = []
    await inSlices(names, (name) => {
      groups.push(groupOf(name))
    })
    return groups
  }

  function take(database: number, groups: readonly string[], replies: readonly BulkReply[]): void {
    const sums = open.get(database) ?? createGroupSums()
    open.set(database, sums)
    for (const [index, reply] of replies.entries()) {
      // It is the key of another node by now.
      if (hasMoved(reply)) continue
      if (isRedisError(reply) && !isRefusal(reply)) refused += 1
      // A key that is gone by now still counts: it was there when SCAN came by.
      sums.add(groups[index] ?? unclassified, typeof reply === 'number' ? reply : 0)
    }
  }

  return {
    wants: () => allKeys,
    async visit(database, names, read) {
      const commands = names.map((key): Command => ['MEMORY', 'USAGE', key])
      // The groups are found while the server looks at the keys.
      const [replies, groups] = await Promise.all([
        readHeeding(read, commands),
        nextTurn().then(() => groupsOf(names)),
      ])
      throwIfServerFailed(replies)
      return () => {
        take(database, groups, replies)
        return []
      }
    },
    overlaps: true,
    async leave(database) {
      const { samples, leftOut } = await groupSamples(
        walk,
        database,
        withMemory,
        open.get(database),
      )
      return () => {
        left.add(database)
        open.delete(database)
        if (leftOut > 0) walk.leaveOut(leftOut)
        return samples
      }
    },
    finish(seconds) {
      if (refused > 0) walk.reject(`MEMORY USAGE of ${refused} keys`)
      const samples = [sample(duration, Math.floor(seconds * 1e3))]
      for (let database = 0; database < walk.databases; database += 1)
        if (!left.has(database) && walk.couldRead(database))
          samples.push(sample(distinct, 0, { db: `db${database}` }))
      return samples
    },
  }
}

/** The name of the group of a key: what the first pattern that matches captures, joined. */
function groupNamer(patterns: readonly string[]): (key: string) => string {
  const matchers = patterns.map(compileLuaPattern)
  return (key) => {
    for (const match of matchers) {
      const captures = match(key)
      if (captures) return captures.length === 1 ? (captures[0] ?? '') : captures.join('')
    }
    return unclassified
  }
}

// The series that count how many groups there are and those of overflow.
const seriesBesides = 3

// Where there is room for fewer groups than the settings allow, overflow takes in the others.
async function groupSamples(
  walk: GroupWalk,
  database: number,
  withMemory: boolean,
  sums = createGroupSums(),
) {
  const most = walk.settings.maxDistinctKeyGroups
  const room = Math.max(0, walk.room())
  const affordable = Math.max(0, Math.floor((room - seriesBesides) / 2))
  const { largest, rest } = await sums.split(Math.min(most, affordable))
  const db = `db${database}`
  const all: readonly Sample[] = [
    sample(distinct, sums.size(), { db }),
    ...byLabel(largest, rest, showNames(walk.settings)).flatMap(([key_group, { count, bytes }]) => [
      sample(keys, count, { db, key_group }),
      ...(withMemory ? [sample(memory, bytes, { db, key_group })] : []),
    ]),
  ]
  const samples = all.slice(0, room)
  const groupsLeftOut = Math.min(sums.size(), most) - largest.length
  // How many groups were not told apart is not known: at least one.
  const unknown = sums.crowdedOut() > 0 ? 1 : 0
  return { samples, leftOut: 2 * (groupsLeftOut + unknown) + all.length - samples.length }
}

// A group that is called overflow goes together with what is summed under that name.
function byLabel(largest: readonly Group[], rest: Omit<Group, 'name'>, show: ShowName) {
  const groups = rest.count > 0 ? [...largest, { ...rest, name: overflow }] : largest
  const sums = new Map<string, Omit<Group, 'name'>>()
  for (const { name, count, bytes } of groups) {
    const label = ownNames.has(name) ? name : show(name)
    const other = sums.get(label)
    sums.set(label, { count: count + (other?.count ?? 0), bytes: bytes + (other?.bytes ?? 0) })
  }
  return [...sums]
}
