import type { Info } from '../../redis/info.ts'
import { parseNameValueList } from '../../redis/names-and-values.ts'
import { inSlices } from '../../yielding.ts'

const section = 'keyspace'
const databaseName = /^db(\d{1,9})$/
const keysPart = 'keys'

/** A line of INFO keyspace, such as `db0:keys=3,expires=0`. */
export interface DatabaseLine {
  readonly name: string
  readonly text: string
  /** The database that the line tells of; undefined where it cannot be read. */
  readonly database: number | undefined
  readonly values: ReadonlyMap<string, string>
}

/** The lines that tell of databases or look as if they did. Source: INFO keyspace. */
export function* databaseLines({ sections, anywhere }: Info): Generator<DatabaseLine> {
  for (const [name, text] of sections.get(section) ?? []) {
    const line = readLine(name, text)
    if (line) yield line
  }
  // Redis before 2.6 has no sections.
  const elsewhere: [name: string, text: string][] = []
  anywhere.forEach((text, name) => {
    if (name.startsWith('db') && databaseName.test(name)) elsewhere.push([name, text])
  })
  for (const [name, text] of elsewhere) {
    const line = readLine(name, text)
    if (line) yield line
  }
}

function readLine(name: string, text: string): DatabaseLine | undefined {
  const [, number] = databaseName.exec(name) ?? []
  // There may be thousands of those that tell of something else.
  if (number === undefined && !text.includes(keysPart)) return undefined
  const values = withKnown(parseNameValueList(text))
  const hasKeys = values.has(keysPart)
  // Redis 8 lists size distributions beside the databases, kvrocks what all of them take.
  if (number === undefined && !hasKeys) return undefined
  const database = number === undefined || !hasKeys ? undefined : Number(number)
  return { name, text, database, values }
}

// Dragonfly writes -1 for what it does not know.
function withKnown(values: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...values].filter(([, value]) => value !== '-1'))
}

/** The lines of the section that are of another form, such as Pika writes. */
export function oddDatabaseLines({ oddLines }: Info): readonly string[] {
  return oddLines.get(section) ?? []
}

/** What INFO says of the keys of databases. */
export interface DatabaseKeys {
  /** How many keys a database has; undefined where INFO does not tell. */
  keysIn(database: number): number | undefined
  /** The databases that INFO names. */
  readonly named: readonly number[]
}

/**
 * Reads how many keys each database has, in slices. That one which is not named has none follows only
 * from a list of which all is understood, and of a server that has its data.
 */
export async function readDatabaseKeys(info: Info, isLoading = false): Promise<DatabaseKeys> {
  const counts = new Map<number, number | undefined>()
  let isSure = !isLoading && oddDatabaseLines(info).length === 0
  await inSlices(databaseLines(info), ({ database, values }) => {
    const keys = Number(values.get(keysPart))
    if (database === undefined) isSure = false
    else counts.set(database, Number.isFinite(keys) ? keys : undefined)
  })
  isSure &&= info.sections.has(section) || counts.size > 0
  return {
    keysIn: (database) => (counts.has(database) ? counts.get(database) : isSure ? 0 : undefined),
    named: [...counts.keys()],
  }
}
