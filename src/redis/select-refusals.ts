import { concernsDatabase, isAbsence, isRefusal, type RedisError } from './redis-error.ts'

/** By which name a refusal of SELECT is remembered, and tried again: a right may be granted for one database alone. */
export function selectName(database: number | string): string {
  return `select ${database}`
}

const ofAll = 'select'

/** The name for this error: a server without SELECT has it for no database. */
export function refusalName(database: number | string, error: RedisError): string {
  return isAbsence(error) ? ofAll : selectName(database)
}

/** Whether the database stays closed: to the user, by whatever right, or since there is no SELECT. */
export function closesDatabase(error: RedisError): boolean {
  return isRefusal(error) || concernsDatabase(error)
}

/** Why a database cannot be selected, as far as is known. */
export function knownRefusal(
  known: ReadonlyMap<string, RedisError>,
  database: number | string,
): RedisError | undefined {
  return known.get(ofAll) ?? known.get(selectName(database))
}
