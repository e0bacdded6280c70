import fc from 'fast-check'
import { parseLuaPattern } from '../../src/keyspace/lua-pattern-parse.ts'

/** Few different bytes, so that patterns match. */
export const luaBytes = fc.string({
  unit: fc.constantFrom(...'aaabbB1:. -%()\0\n\xe4'),
  maxLength: 12,
})

const sets = fc.constantFrom(
  ...['a', 'b', ':', '.', '%a', '%d', '%l', '%u', '%p', '%s', '%w', '%z', '%A', '%W', '%P', '%%'],
  ...['[ab]', '[^a]', '[a-c]', '[%w:]', '[^%l]', '[%z-a]', '[]a]', '[a-]', '[a-%%]', ']', '%('],
)

const item = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(sets, fc.constantFrom('', '', '*', '+', '-', '?'))
      .map((parts) => parts.join('')),
  },
  { weight: 3, arbitrary: fc.constantFrom('(', ')', '()', '(a)', '(.*)', '(.-)') },
  { weight: 1, arbitrary: fc.constantFrom('%1', '%2', '%b()', '%bab', '^', '$', '*', '-') },
  { weight: 1, arbitrary: sets.map((set) => `%f${set.startsWith('[') ? set : `[${set}b]`}`) },
)

/** Any text that looks like a pattern, malformed ones among them. */
export const anyLuaPattern = fc
  .tuple(fc.constantFrom('', '', '^'), fc.array(item, { maxLength: 7 }), fc.constantFrom('', '$'))
  .map(([start, items, end]) => `${start}${items.join('')}${end}`)

/** Patterns that are well formed. */
export const luaPattern = anyLuaPattern.filter((pattern) => {
  try {
    parseLuaPattern(pattern)
    return true
  } catch {
    return false
  }
})
