import { hasWildcard } from '../keyspace/glob.ts'
import type { KeyPattern } from '../keyspace/key-pattern.ts'

/** What sends commands, by the names of ACL rules such as `config|get`. */
export interface CommandUser<S> {
  readonly commands?: readonly string[]
  /** Whether it looks at all keys, whatever their names. */
  readonly allKeys?: boolean
  /** Whether the settings ask for it; so it is unless told otherwise. */
  isWanted?(settings: S): boolean
}

/** The settings on which it depends what a user must be allowed to do. */
export interface AclSettings {
  readonly setClientName: boolean
  readonly pingOnConnect: boolean
  readonly configCommand: string
  readonly checkKeys: readonly KeyPattern[] | undefined
  readonly checkSingleKeys: readonly KeyPattern[] | undefined
  readonly countKeys: readonly KeyPattern[] | undefined
  readonly checkStreams: readonly KeyPattern[] | undefined
  readonly checkSingleStreams: readonly KeyPattern[] | undefined
  readonly checkKeyGroups: readonly string[] | undefined
  readonly script: readonly string[] | undefined
  readonly scriptReadOnly: boolean
  readonly database: number
}

// ACL SETUSER refuses the whole line for one command that the server does not have, so what not
// every Redis has from version 7 on comes in lines of its own.
const extras = [
  { servers: 'Redis from 7.2 on, Valkey', commands: ['client|no-touch'] },
  { servers: 'Valkey from 8.1 on', commands: ['commandlog|len', 'commandlog|get'] },
  { servers: 'Redis from 8.2 on, Valkey', commands: ['cluster|slot-stats'] },
  { servers: 'Redis from 8.6 on', commands: ['hotkeys|get'] },
  { servers: 'Redis with arrays', commands: ['arcount'] },
  { servers: 'Redis from 8.0 on', commands: ['vcard'] },
  { servers: 'Redis with search indexes', commands: ['ft._list', 'ft.info'] },
]

// Of the commands that collectors send to any server, a Sentinel has these.
const alsoOfSentinel = ['client|list', 'acl|log', 'acl|users']

/**
 * The smallest `ACL SETUSER` line with which `users`, all of them wanted, can do their work. Lines
 * for other kinds of servers follow, each under a remark. The password is a placeholder.
 */
export function aclText(
  settings: AclSettings,
  user: string | undefined,
  users: readonly CommandUser<never>[],
): string {
  // Nobody shall take rights from the user that everybody is.
  const name = user && user !== 'default' ? word(user) : 'exporter'
  const connecting = connectionCommands(settings)
  const anyKey = users.some(({ allKeys }) => allKeys)
  const all = [
    ...connecting,
    ...walkCommands(settings, anyKey),
    ...users.flatMap(commandsOf),
    // Scripts run in the database that the address names.
    ...(settings.script && settings.database > 0 ? ['select'] : []),
  ]
  const needed = [...new Set(all)].filter((command) => isNeeded(command, settings))
  const [onlyOfSentinel, ofRedis] = split(needed, (command) => command.startsWith('sentinel|'))
  const [extra, ofAll] = split(ofRedis, isExtra)
  const whole = (keys: readonly string[], commands: readonly string[]) =>
    `ACL SETUSER ${[name, 'on', '>PASSWORD', 'resetkeys', ...keys, '-@all', ...granted(commands)].join(' ')}`
  const keys = keyRules(settings, anyKey)
  const lines = [whole(keys, ofAll)]
  for (const { servers, commands } of extras) {
    const found = commands.filter((command) => extra.includes(command))
    if (found.length === 0) continue
    // Redis takes VCARD for a command that writes to its key, though it only reads.
    const rules = found.includes('vcard') ? keys.map((rule) => rule.replace('%R~', '~')) : []
    lines.push(`# ${servers}: also`, `ACL SETUSER ${[name, ...rules, ...granted(found)].join(' ')}`)
  }
  if (onlyOfSentinel.length > 0) {
    const ofBoth = ofRedis.filter((command) => alsoOfSentinel.includes(command))
    lines.push('# A Sentinel: instead', whole([], [...connecting, ...onlyOfSentinel, ...ofBoth]))
  }
  if (settings.script) lines.push('# And what the scripts themselves call.')
  return `${lines.join('\n')}\n`
}

function connectionCommands({ setClientName, pingOnConnect }: AclSettings): readonly string[] {
  return [
    'info',
    'command|info',
    ...(setClientName ? ['client|setname'] : []),
    ...(pingOnConnect ? ['ping'] : []),
  ]
}

// What a walk needs beside the commands of those that look at keys; it asks how many databases
// there are, and a node of a cluster which keys are its own.
function walkCommands(settings: AclSettings, anyKey: boolean): readonly string[] {
  const { checkKeys = [], countKeys = [], checkStreams = [], checkKeyGroups = [] } = settings
  const patterns = [...checkKeys, ...checkStreams]
  if (!anyKey && [...patterns, ...countKeys, ...checkKeyGroups].length === 0) return []
  const searches =
    anyKey ||
    [...countKeys, ...checkKeyGroups].length > 0 ||
    patterns.some(({ pattern }) => hasWildcard(pattern))
  const always = ['select', 'readonly', 'client|no-touch', 'config|get', 'cluster|nodes']
  return [...always, ...(searches ? ['scan'] : [])]
}

/** The rules for the keys that are looked at; none where no key is. */
function keyRules(settings: AclSettings, anyKey: boolean): readonly string[] {
  const { checkKeys, countKeys, checkStreams, checkSingleKeys, checkSingleStreams } = settings
  const patterns = [checkKeys, countKeys, checkStreams].flatMap((list) => list ?? [])
  const keys = [checkSingleKeys, checkSingleStreams].flatMap((list) => list ?? [])
  const rules = [
    ...patterns.map(({ pattern }) => withoutBlanks(pattern)),
    ...keys.map(({ pattern }) => withoutBlanks(pattern.replaceAll(/[\\*?[\]]/g, '\\$&'))),
  ]
  // Whoever lets scripts write means keys that they write to.
  if (isGiven(settings.script) && !settings.scriptReadOnly) return ['~*']
  const any =
    anyKey || [settings.checkKeyGroups, settings.script].some(isGiven) || rules.includes('*')
  return any ? ['%R~*'] : [...new Set(rules)].map((pattern) => word(`%R~${pattern}`))
}

// No rule may hold blanks or a zero byte; `?` stands for any byte, also for a set that names one.
function withoutBlanks(pattern: string): string {
  return pattern.replaceAll(/\[(?:\\.|[^\]\\])*\]?|\\?[\t-\r \0]/gs, (part) =>
    /[\t-\r \0]/.test(part) ? '?' : part,
  )
}

function isNeeded(command: string, { configCommand, scriptReadOnly }: AclSettings): boolean {
  // Tile38 knows no users.
  if (command === 'server') return false
  if (command.startsWith('config|')) return configCommand !== '-'
  if (command === 'eval_ro') return scriptReadOnly
  return !(scriptReadOnly && (command === 'evalsha' || command === 'script|load'))
}

function commandsOf({ commands }: CommandUser<never>): readonly string[] {
  return commands ?? []
}

function isGiven(list: readonly unknown[] | undefined): boolean {
  return list !== undefined && list.length > 0
}

function isExtra(command: string): boolean {
  return extras.some(({ commands }) => commands.includes(command))
}

function split<T>(all: readonly T[], test: (one: T) => boolean): [T[], T[]] {
  return [all.filter(test), all.filter((one) => !test(one))]
}

function granted(commands: readonly string[]): readonly string[] {
  return commands.map((command) => `+${command}`)
}

// As redis-cli reads it.
function word(binary: string): string {
  if (/^[!#-&(-~]+$/.test(binary)) return binary
  const escaped = binary.replaceAll(/[^ !#-[\]-~]/g, (character) =>
    character === '"' || character === '\\'
      ? `\\${character}`
      : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  )
  return `"${escaped}"`
}
