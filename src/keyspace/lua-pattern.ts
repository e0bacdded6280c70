import { harmlessLength } from './lua-pattern-cost.ts'
import { matchLuaPattern } from './lua-pattern-match.ts'
import { parseLuaPattern } from './lua-pattern-parse.ts'
import { regExpOf } from './lua-pattern-regexp.ts'

/**
 * Looks for a pattern in a subject as `string.find` of Lua 5.1 does in the C locale. Returns the
 * captures, a position `()` in decimal digits; none when the pattern has none, and undefined when
 * nothing matches. All texts are binary strings.
 */
export type LuaPattern = (subject: string) => readonly string[] | undefined

/**
 * Compiles a pattern. Throws wherever it is malformed; Lua does so only when it gets there.
 *
 * Matching takes time in proportion to the length of the subject times that of the pattern, except
 * with back references and balanced pairs: what takes too long there counts as no match.
 */
export function compileLuaPattern(pattern: string): LuaPattern {
  // Lua reads a pattern as a C string, up to its first byte 0.
  const [text = ''] = pattern.split('\0', 1)
  // Without anything special it looks for all of it, what follows a byte 0 included.
  if (!/[$%(*+.?[^-]/.test(text)) return (subject) => (subject.includes(pattern) ? [] : undefined)
  const parsed = parseLuaPattern(text)
  const regExp = regExpOf(parsed)
  if (regExp === undefined) return (subject) => matchLuaPattern(parsed, subject)
  const harmless = harmlessLength(parsed)
  return (subject) =>
    subject.length <= harmless ? regExp.exec(subject)?.slice(1) : matchLuaPattern(parsed, subject)
}
