import { hasWildcard } from '../keyspace/glob.ts'
import type { Access } from '../options/access.ts'
import type { Settings } from '../options/switches.ts'

/** What the user of the exporter does in the name of a collector. */
export interface AclUser {
  readonly schedule?: 'poll' | 'slow' | 'walk'
  /** By the names of ACL rules such as `config|get`. */
  readonly commands?: readonly string[]
  /** Those that not every Redis from version 7 on has, with the servers that do. */
  readonly newerCommands?: Readonly<Record<string, string>>
  /** Whether a Sentinel has them too. */
  readonly alsoOfSentinel?: boolean
  /** Under these settings, where that is not all commands and no key. */
  access?(settings: Settings, database: number): Access
}

// The forms in which older servers tell of their cluster are not needed from Redis 7 on.
const ofDiscovery = {
  none: [],
  cluster: ['cluster|shards'],
  sentinel: [
    ...['sentinel|myid', 'sentinel|masters', 'sentinel|sentinels', 'sentinel|replicas'],
    'subscribe',
  ],
} as const

/** What is done to find the other servers of a Cluster or a Sentinel deployment. */
export function discoveryUser({ discover }: { readonly discover: keyof typeof ofDiscovery }) {
  return { commands: ofDiscovery[discover] } satisfies AclUser
}

/** The settings on which it depends what a user must be allowed to do. */
export interface AclSettings {
  readonly setClientName: boolean
  readonly pingOnConnect: boolean
  readonly configCommand: string
  readonly addresses: readonly { readonly address: { readonly database: number } }[]
  /** Those of the collectors. */
  readonly settings: Settings
}

// What a walk sends beside the commands of those that look at keys; it asks how many databases
// there are, and a node of a cluster which keys are its own.
const ofWalk = ['select', 'readonly', 'client|no-touch', 'config|get', 'cluster|nodes']
const newerOfWalk = { 'client|no-touch': 'Redis from 7.2 on, Valkey' }

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
  const [onlyOfSentinel, ofRedis] = split(needed, isOfSentinel)
  const newer = new Map(
    [newerOfWalk, ...users.map((one) => one.newerCommands ?? {})].flatMap(Object.entries<string>),
  )
  const [extra, ofAll] = split(ofRedis, (command) => newer.has(command))
  const whole = (keys: readonly string[], commands: readonly string[]) =>
    `ACL SETUSER ${[name, 'on', '>PASSWORD', 'resetkeys', ...keys, '-@all', ...granted(commands)].join(' ')}`
  const keys = keyRules([...walking, ...needs])
  const lines = [whole(keys, ofAll)]
  for (const servers of new Set(extra.map((command) => newer.get(command)))) {
    const found = extra.filter((command) => newer.get(command) === servers)
    // Redis takes VCARD for a command that writes to its key, though it only reads.
    const rules = found.includes('vcard') ? keys.map((rule) => rule.replace('%R~', '~')) : []
    lines.push(`# ${servers}: also`, `ACL SETUSER ${[name, ...rules, ...granted(found)].join(' ')}`)
  }
  if (onlyOfSentinel.length > 0) {
    const shared = users.flatMap((one) => (one.alsoOfSentinel ? (one.commands ?? []) : []))
    const ofBoth = ofRedis.filter((command) => shared.includes(command))
    const channels = onlyOfSentinel.includes('subscribe') ? ['&*'] : []
    lines.push(
      '# A Sentinel: instead',
      whole(channels, [...connecting, ...onlyOfSentinel, ...ofBoth]),
    )
  }
  for (const { remark } of needs) if (remark) lines.push(`# ${remark}`)
  return `${lines.join('\n')}\n`
}

// It alone is listened to.
function isOfSentinel(command: string): boolean {
  return command.startsWith('sentinel|') || command === 'subscribe'
}

function needsOf(user: AclUser, { settings, addresses }: AclSettings) {
  const database = Math.max(0, ...addresses.map(({ address }) => address.database))
  const {
    commands = user.commands ?? [],
    keys = [],
    writes = false,
    remark,
  } = user.access?.(settings, database) ?? {}
  return { walks: user.schedule === 'walk', commands, keys, writes, remark }
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

function walkCommands(walking: readonly Needs[]): readonly string[] {
  const searches = walking.some(({ keys }) => keys.some(hasWildcard))
  return searches ? [...ofWalk, 'scan'] : ofWalk
}

/** The rules for the keys that are looked at; none where no key is. */
function keyRules(needs: readonly Needs[]): readonly string[] {
  const rules = needs.flatMap(({ keys, writes }) =>
    keys.map((pattern) => `${writes ? '~' : '%R~'}${withoutBlanks(pattern)}`),
  )
  const all = ['~*', '%R~*'].find((rule) => rules.includes(rule))
  return all ? [all] : [...new Set(rules)].map(word)
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
