import { ownCopy } from '../own-copy.ts'
import { allCommandNames, type Command, containers, type Reply } from './command.ts'
import { mayHave } from './command-versions.ts'
import { type Info, infoField } from './info.ts'
import { parseSentinelMaster } from './sentinel-master.ts'

/** What is known of a server before it is asked anything else. */
export interface ServerInfo {
  readonly runId: string
  /** What it calls its version of Redis, which may be the one that it is compatible with. */
  readonly redisVersion: string
  readonly mode: string
  /** `master`, `slave`, or `active-replica` on KeyDB; a Sentinel says nothing. */
  readonly role: string
  readonly clusterEnabled: boolean
  readonly loading: boolean
  /** The names of the masters that a Sentinel watches, each once. */
  readonly masterNames: readonly string[]
  /**
   * Whether the server has a command, such as `slowlog` or `latency|histogram`. Subcommands are
   * known by name from Redis 7 on. Where the server does not tell, its kind and version decide.
   */
  knows(command: string): boolean
  /** That it has no command of the name that its CONFIG is said to have. */
  readonly missesConfig?: true
}

/** Asks which of the commands that we may send the server has; causes no error reply there. */
export const askCommands: Command = [
  ...(['COMMAND', 'INFO'] as const),
  ...allCommandNames.filter((name) => !containers.has(name)),
]

/**
 * Asks for those that have subcommands. Servers before Redis 7 know them by these names alone; later
 * ones would answer with all that they know of all subcommands, thousands of words.
 */
export const askContainers: Command = ['COMMAND', 'INFO', ...containers]

/**
 * The commands that the server has, from the reply to what asked for them: an entry or nil for each
 * name. Undefined when the reply is something else.
 */
export function readKnownCommands(reply: Reply, asked: Command): ReadonlySet<string> | undefined {
  const names = asked.slice(2)
  if (!Array.isArray(reply) || reply.length !== names.length) return undefined
  return new Set(names.filter((_, index) => reply[index] !== null))
}

/** How servers call the field that says standalone, sentinel or cluster: Redis, Valkey, Redict. */
export const modeFields: readonly string[] = ['redis_mode', 'server_mode', 'redict_mode']

/** Standalone, sentinel or cluster; empty where the server does not say. */
export function serverMode(info: Info): string {
  const named = modeFields.map((field) => infoField(info, 'server', field))
  return named.find((mode) => mode !== undefined) ?? ''
}

export function serverInfo(info: Info, commands: ReadonlySet<string> | undefined): ServerInfo {
  const redisVersion = textOf(info, 'server', 'redis_version')
  const valkeyVersion = textOf(info, 'server', 'valkey_version')
  const mode = ownCopy(serverMode(info))
  return {
    runId: textOf(info, 'server', 'run_id'),
    redisVersion,
    mode,
    role: textOf(info, 'replication', 'role'),
    clusterEnabled: infoField(info, 'cluster', 'cluster_enabled') === '1',
    loading: infoField(info, 'persistence', 'loading') === '1',
    masterNames: masterNames(info),
    knows: knowsAmong(commands, { redisVersion, valkeyVersion, mode }),
  }
}

// It is kept from poll to poll, so it must not be made where the INFO is known, which it would keep too.
function knowsAmong(
  commands: ReadonlySet<string> | undefined,
  server: Parameters<typeof mayHave>[1],
): ServerInfo['knows'] {
  return (command) => commands?.has(command) ?? mayHave(command, server)
}

function textOf(info: Info, section: string, field: string): string {
  return ownCopy(infoField(info, section, field) ?? '')
}

/**
 * What the names of masters take that a Sentinel is asked about at once, in characters: they are kept
 * from poll to poll. Others cost another round trip.
 */
const mostCharacters = 32 * 1024
const besidesName = 16

function masterNames(info: Info): readonly string[] {
  const names = new Set<string>()
  let characters = 0
  for (const [field, text] of info.sections.get('sentinel') ?? []) {
    const name = /^master\d+$/.test(field) ? parseSentinelMaster(text).get('name') : undefined
    if (name === undefined || names.has(name)) continue
    characters += name.length + besidesName
    if (characters > mostCharacters) break
    names.add(ownCopy(name))
  }
  return [...names]
}
