import { parse } from 'csv-parse/sync'
import { toBinary } from '../keyspace/binary-text.ts'
import type { KeyPattern } from '../keyspace/key-pattern.ts'
import { compileLuaPattern } from '../keyspace/lua-pattern.ts'
import type { ValueKind } from './value-kinds.ts'

/**
 * Patterns of keys, each with its database: one CSV record of `pattern` or `db3=pattern`. What
 * follows the first `=` is the pattern, escaped as in the query of a URL: `%2C` is the byte that it
 * stands for, and `+` a blank.
 */
export const keyPatternList: ValueKind<readonly KeyPattern[]> = {
  placeholder: 'patterns',
  accepts:
    'patterns separated by commas, each pattern or db3=pattern, quoted as in CSV; + is a blank and %2B a plus',
  read: (text) => allOrNone(readRecord(text)?.map(readKeyPattern)),
  join: joinRecord,
}

/** Lua patterns without a mistake: one CSV record of them, as binary strings. */
export const luaPatternList: ValueKind<readonly string[]> = {
  placeholder: 'patterns',
  accepts: 'valid Lua patterns separated by commas, quoted as in CSV',
  read: (text) => allOrNone(readRecord(text)?.map(readLuaPattern)),
  join: joinRecord,
}

// No argument and no variable can hold it: so a line break is a blank, and parts no records.
const endOfRecord = '\0'

function readRecord(text: string): string[] | undefined {
  try {
    const records: string[][] = parse(text, {
      trim: true,
      relax_quotes: true,
      record_delimiter: endOfRecord,
      cast: (part, { quoting }) => (quoting ? part : inOneLine(part)),
    })
    const [record = [], ...others] = records
    const parts = record.map((part) => part.trim()).filter((part) => part !== '')
    return others.length > 0 ? undefined : parts
  } catch {
    return undefined
  }
}

// Within a part, a line break is most likely where somebody left out a comma.
function inOneLine(part: string): string {
  if (/[\r\n]/.test(part)) throw new Error('a part goes on in another line')
  return part
}

function joinRecord(texts: readonly string[]): string {
  return texts.map((text) => `"${text.replaceAll('"', '""')}"`).join(',')
}

function readKeyPattern(part: string): KeyPattern | undefined {
  const equals = part.indexOf('=')
  const database = equals < 0 ? '0' : part.slice(0, equals).trim().replace(/^db/, '')
  const pattern = unescaped(toBinary(part.slice(equals + 1).trim()))
  if (!/^\d{1,9}$/.test(database) || pattern === '') return undefined
  return { database: Number(database), pattern }
}

function readLuaPattern(part: string): string | undefined {
  const pattern = toBinary(part)
  try {
    compileLuaPattern(pattern)
    return pattern
  } catch {
    return undefined
  }
}

// The Go exporter takes them from a URL, where + has been a blank from the beginning.
function unescaped(binary: string): string {
  return binary
    .replaceAll('+', ' ')
    .replace(/%([0-9a-f]{2})/gi, (_, byte: string) =>
      String.fromCharCode(Number.parseInt(byte, 16)),
    )
}

function allOrNone<T>(values: readonly (T | undefined)[] | undefined): readonly T[] | undefined {
  const found = values?.filter((value) => value !== undefined)
  return found?.length === values?.length ? found : undefined
}
