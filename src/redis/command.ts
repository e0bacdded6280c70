/** A reply as RESP2 carries it; error replies travel apart, as RedisError. */
export type Reply = string | number | null | readonly Reply[]

/** A command: its name, a subcommand where the command has such, and arguments. */
export type Command = readonly [name: string, ...rest: string[]]

// The one closed list of what may be sent: commands that read. Those that not every server has
// stand in command-versions.ts too. Of those that take time, SCAN and
// what looks at single keys are for walks; EVAL_RO or EVALSHA run the scripts that the user gave.
const allowed = new Set([
  'auth',
  'select',
  'readonly',
  'ping',
  'client|setname',
  'client|no-touch',
  'client|list',
  'command|info',
  'info',
  'config|get',
  'slowlog|len',
  'slowlog|get',
  'commandlog|len',
  'commandlog|get',
  'latency|latest',
  'latency|histogram',
  'acl|log',
  'acl|users',
  'memory|stats',
  'function|stats',
  'hotkeys|get',
  'cluster|info',
  'cluster|links',
  'cluster|nodes',
  'cluster|shards',
  'cluster|slots',
  'cluster|slot-stats',
  'sentinel|masters',
  'sentinel|myid',
  'sentinel|ckquorum',
  'sentinel|sentinels',
  'sentinel|replicas',
  'sentinel|slaves',
  'sentinel|config',
  'subscribe',
  'server',
  'scan',
  'type',
  'memory|usage',
  'strlen',
  'getrange',
  'pfcount',
  'llen',
  'scard',
  'zcard',
  'hlen',
  'xlen',
  'arcount',
  'vcard',
  'xinfo|stream',
  'xinfo|groups',
  'xinfo|consumers',
  'ft._list',
  'ft.info',
  'script|load',
  'evalsha',
  'eval_ro',
])

/** The commands whose subcommands are on the list. */
export const containers: ReadonlySet<string> = new Set(
  [...allowed].flatMap((name) => name.split('|').slice(0, -1)),
)

// The short way for the millions of commands of a walk.
const allowedAsWritten = new Set(
  [...allowed].filter((name) => !name.includes('|')).map((name) => name.toUpperCase()),
)
const isMemoryUsage = ([name, second]: Command) => name === 'MEMORY' && second === 'USAGE'

/** The names on the list, and the commands whose subcommands are on it. */
export const allCommandNames: readonly string[] = [...new Set([...allowed, ...containers])]

/** The name the server uses in ACL rules and COMMAND INFO: `slowlog|get`, `info`. */
export function commandName([name, ...rest]: Command): string {
  const lower = name.toLowerCase()
  return containers.has(lower) ? `${lower}|${(rest[0] ?? '').toLowerCase()}` : lower
}

/** All words of a command, as what it is known by; no name of a command looks like them. */
export function wordsOf(command: Command): string {
  return command.join(' ')
}

const secondTells = new Set(['MEMORY', 'XINFO', 'CLUSTER'])

/** Tells the commands about keys, in capitals, from each other; faster than by their names. */
export function shortName([name, second = '']: Command): string {
  return secondTells.has(name) ? second : name
}

/** Throws when a command is not on the list: a mistake of ours, never of the configuration. */
export function assertAllowed(command: Command): void {
  if (allowedAsWritten.has(command[0]) || isMemoryUsage(command)) return
  const name = commandName(command)
  if (!allowed.has(name)) throw new Error(`${name} is not on the list of commands that may be sent`)
}
