import { hasWildcard } from '../keyspace/glob.ts'
import type { Settings } from '../options/switches.ts'

/** What a user must be allowed for a collector. */
export interface Access {
  /** Of its commands those that are sent. */
  readonly commands?: readonly string[]
  /** The keys that are read, as patterns of Redis. */
  readonly keys?: readonly string[]
  /** What is to be allowed besides and is not known here, as a sentence. */
  readonly remark?: string
}

/** What the user of the exporter does in the name of a collector. */
export interface AclUser {
  readonly schedule?: 'poll' | 'scan' | 'walk'
  /** By the names of ACL rules such as `config|get`. */
  readonly commands?: readonly string[]
  /** Under these settings, where that is not all commands and no key. */
  access?(settings: Settings, database: number): Access
}

/** The settings on which it depends what a user must be allowed to do. */
export interface AclSettings {
  readonly setClientName: boolean
  readonly pingOnConnect: boolean
  readonly configCommand: string
  readonly address: { readonly database: number }
  /** Those of the collectors. */
  readonly settings: Settings
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
  users: readonly AclUser[],
): string {
  // Nobody shall take rights from the user that everybody is.
  const name = user && user !== 'default' ? word(user) : 'exporter'
  const connecting = connectionCommands(settings)
  const needs = users.map((one) => needsOf(one, settings))
  const walking = needs.filter(({ walks }) => walks)
  const all = [
    ...connecting,
    ...(walking.length > 0 ? walkCommands(walking) : []),
    ...needs.flatMap(({ commands }) => commands),
  ]
  const needed = [...new Set(all)].filter((command) => isUsed(command, settings))
  const [onlyOfSentinel, ofRedis] = split(needed, (command) => command.startsWith('sentinel|'))
  const [extra, ofAll] = split(ofRedis, isExtra)
  const whole = (keys: readonly string[], commands: readonly string[]) =>
    `ACL SETUSER ${[name, 'on', '>PASSWORD', 'resetkeys', ...keys, '-@all', ...granted(commands)].join(' ')}`
  const keys = keyRules([...walking, ...needs].flatMap((one) => one.keys))
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
  for (const { remark } of needs) if (remark) lines.push(`# ${remark}`)
  return `${lines.join('\n')}\n`
}

function needsOf(user: AclUser, { settings, address: { database } }: AclSettings) {
  const {
    commands = user.commands ?? [],
    keys = [],
    remark,
  } = user.access?.(settings, database) ?? {}
  return { walks: user.schedule === 'walk', commands, keys, remark }
}

type Needs = ReturnType<typeof needsOf>

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
function walkCommands(walking: readonly Needs[]): readonly string[] {
  const searches = walking.some(({ keys }) => keys.some(hasWildcard))
  const always = ['select', 'readonly', 'client|no-touch', 'config|get', 'cluster|nodes']
  return [...always, ...(searches ? ['scan'] : [])]
}

/** The rules for the keys that are looked at; none where no key is. */
function keyRules(patterns: readonly string[]): readonly string[] {
  const rules = [...new Set(patterns.map(withoutBlanks))]
  return rules.includes('*') ? ['%R~*'] : rules.map((pattern) => word(`%R~${pattern}`))
}

// No rule may hold blanks or a zero byte; `?` stands for any byte, also for a set that names one.
function withoutBlanks(pattern: string): string {
  return pattern.replaceAll(/\[(?:\\.|[^\]\\])*\]?|\\?[\t-\r \0]/gs, (part) =>
    /[\t-\r \0]/.test(part) ? '?' : part,
  )
}

function isUsed(command: string, { configCommand }: AclSettings): boolean {
  return configCommand !== '-' || !command.startsWith('config|')
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
