/** What a server says of a script that failed. */
export interface ScriptFailure {
  /** In which line; undefined when the server does not say. */
  readonly line: number | undefined
  /** Its own words; undefined where they may be those of the script, which may hold data. */
  readonly text: string | undefined
}

const type = '(?:nil|boolean|number|string|table|function|userdata|thread|no)'
const variable = `(?:local|global|field|upvalue|method) '[^']{1,200}'`

// Of what is no JSON.
const expected = '(?:value|colon|object key string|comma or (?:object|array) end|the end)'
const found =
  '(?:T_[A-Z_]{1,20}|invalid (?:token|number|(?:unicode )?escape code)|unexpected end of string)'

// What Redis, Valkey and Lua say by themselves. The words in quotes are names that stand in the
// script, or that it made up: whoever has the script can tell.
const ownWords = [
  'Error compiling script \\(new function\\): user_script:\\d+: .{1,300}',
  'Attempt to modify a readonly table',
  "Script attempted to (?:access nonexistent|create) global variable '[^']{1,200}'",
  `attempt to (?:call|index|concatenate|get length of|perform arithmetic on) (?:${variable} \\()?a ${type} value\\)?`,
  `attempt to compare (?:two ${type} values|${type} with ${type})`,
  `bad argument #\\d{1,3} to '[^']{1,200}' \\((?:value expected|${type} expected, got ${type}(?: value)?)\\)`,
  "'for' (?:limit|step|initial value) must be a number",
  `Expected ${expected} but found ${found} at character \\d{1,9}`,
  'Write commands are not allowed from read-only scripts\\.?',
  'Wrong number of args calling (?:\\w+ )?command from (?:Lua )?script',
  'Unknown (?:\\w+ )?command called from (?:Lua )?script',
  'This (?:\\w+ )?command is not allowed from scripts?',
  '(?:Lua redis lib command|Command) arguments must be strings or integers',
  "The user executing the script can't (?:run this command or subcommand|access at least one of the keys mentioned in the command arguments)",
  'Operation against a key holding the wrong kind of value',
  'wrong number of arguments',
].map((form) => new RegExp(`^${form}$`, 's'))

/**
 * Reads an error reply that tells of a place in a script; undefined for any other. Sources:
 * https://redis.io/docs/latest/develop/programmability/eval-intro/, and what servers say.
 */
export function readScriptFailure(reply: string): ScriptFailure | undefined {
  // Long enough for all that servers say of their own.
  const whole = reply.slice(0, 2000)
  const place = /\buser_script: ?(\d{1,9})\b/.exec(whole)
  if (!place) return undefined
  const said = whole
    .replace(/^-?[A-Z][A-Z0-9_]* /, '')
    .replace(/ script: (?:[0-9a-f]{40}, )?on @user_script:\d{1,9}\.$/, '')
    // Before Redis 7.
    .replace(/^Error running script \(call to f_[0-9a-f]{40}\): @\w+:\d+: /, '')
    .replace(/^@?user_script: ?\d+: /, '')
    .trimEnd()
  const isOwn = ownWords.some((form) => form.test(said))
  return {
    line: Number(place[1]),
    text: isOwn ? said.replace(/ ?user_script:\d{1,9}:/, '') : undefined,
  }
}
