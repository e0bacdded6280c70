import { hasWildcard } from '../../keyspace/glob.ts'
import type { KeyPattern } from '../../keyspace/key-pattern.ts'
import type { ServerInfo } from '../../redis/server-info.ts'
import type { CollectorSettings } from '../collector.ts'
import type { KeyWish } from './key-collector.ts'

/** The keys of one database that a walk shall look at. */
export interface KeyChoice {
  readonly wish: KeyWish
  /** Whether it is left to others, though a pattern matches it. */
  isOthers(key: string): boolean
  /** Whether it is chosen by its name, not by a pattern. */
  names(key: string): boolean
}

/** Whether the settings allow to look at keys of this server at all. */
export function mayLookAtKeys(
  server: Pick<ServerInfo, 'role'>,
  { skipKeysOfMaster, scanOn = 'all' }: KeySettings,
): boolean {
  const isReplica = server.role === 'slave'
  // Where its master is watched, a replica would tell everything a second time.
  if (scanOn !== 'all' && isReplica !== (scanOn === 'replica')) return false
  return !skipKeysOfMaster || isReplica
}

interface KeySettings extends Pick<CollectorSettings, 'scanOn'> {
  readonly skipKeysOfMaster: boolean
}

/** What is chosen of each database by patterns; the keys of `except` are left to others. */
export function chooseKeys(
  patterns: readonly KeyPattern[] = [],
  except: readonly KeyPattern[] = [],
): (database: number) => KeyChoice {
  const chosen = patternsByDatabase(patterns)
  const others = patternsByDatabase(except)
  const choices = new Map<number, KeyChoice>()
  return (database) => {
    const known = choices.get(database)
    if (known) return known
    const choice = choose(chosen.get(database) ?? [], new Set(others.get(database)))
    choices.set(database, choice)
    return choice
  }
}

/** The databases that patterns name. */
export function databasesOf(patterns: readonly KeyPattern[] = []): readonly number[] {
  return [...new Set(patterns.map(({ database }) => database))]
}

/** The patterns of each database, each of them once. */
export function patternsByDatabase(
  patterns: readonly KeyPattern[] = [],
): ReadonlyMap<number, readonly string[]> {
  const found = new Map<number, string[]>()
  for (const { database, pattern } of patterns) {
    const known = found.get(database)
    if (!known) found.set(database, [pattern])
    else if (!known.includes(pattern)) known.push(pattern)
  }
  return found
}

function choose(chosen: readonly string[], others: ReadonlySet<string>): KeyChoice {
  const keys = new Set(chosen.filter((one) => !hasWildcard(one) && !others.has(one)))
  return {
    wish: { keys: [...keys], patterns: chosen.filter(hasWildcard) },
    names: (key) => keys.has(key),
    isOthers: (key) => others.has(key),
  }
}

/** Those of the keys of a visit that are chosen and new, each of them once: SCAN may give a key twice. */
export function notYetGiven(
  keys: readonly string[],
  choice: KeyChoice,
  given: ReadonlySet<string>,
): readonly string[] {
  const chosen = new Set<string>()
  for (const key of keys) if (!given.has(key) && !choice.isOthers(key)) chosen.add(key)
  return [...chosen]
}
