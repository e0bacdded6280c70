import type { Info } from '../redis/info.ts'
import { parseNameValueList } from '../redis/name-value-list.ts'

/** How many keys each database has; those that have none are left out. Source: INFO keyspace. */
export function readKeyCounts(info: Info): ReadonlyMap<number, number> {
  const counts = new Map<number, number>()
  for (const [field, text] of info.sections.get('keyspace') ?? []) {
    const [, database] = /^db(\d+)$/.exec(field) ?? []
    const keys = Number(parseNameValueList(text).get('keys'))
    if (database !== undefined && keys > 0) counts.set(Number(database), keys)
  }
  return counts
}
