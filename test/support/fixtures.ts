import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Command, Reply } from '../../src/redis/command.ts'
import { parseInfo } from '../../src/redis/info.ts'
import { fromErrorReply, type RedisError } from '../../src/redis/redis-error.ts'
import { keyReply } from './key-replies.ts'
import { globMatcher } from './redis-glob.ts'

const root = new URL('../fixtures/', import.meta.url)

/** Every recorded INFO: `redis-7.0.15/info-all.txt` and so on. */
export const recordedInfos: readonly string[] = readdirSync(root, { recursive: true })
  .map(String)
  .filter((path) => /\/info-(?!debug)[^/]*\.txt$/.test(path))
  .sort()

/** A recorded reply as text, with the line ends that the server sent. */
export const readFixture = remembered((path: string) => readFileSync(new URL(path, root), 'utf8'))

/** What is read of a recorded INFO. */
export const recordedInfo = remembered((path: string) => parseInfo(readFixture(path)))

/** The same function, which finds out each answer once: thousands of tests ask for them. */
export function remembered<K, T>(find: (key: K) => T): (key: K) => T {
  const known = new Map<K, T>()
  return (key) => {
    const before = known.get(key)
    if (before !== undefined) return before
    const made = find(key)
    known.set(key, made)
    return made
  }
}

/** The rows of a table with a header line, tab-separated, by the names in that line. */
export function readTable(path: string): readonly Readonly<Record<string, string>>[] {
  const [header = '', ...lines] = readFixture(path).trimEnd().split('\n')
  const names = header.split('\t')
  return lines.map((line) => {
    const cells = line.split('\t')
    return Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']))
  })
}

// The files that hold the replies as they are.
const replyFiles: Readonly<Record<string, string>> = {
  'ACL LOG 128': 'acl-log.json',
  'ACL USERS': 'acl-users.json',
  'CLIENT LIST': 'client-list.txt',
  'CLUSTER INFO': 'cluster-info.txt',
  'CLUSTER LINKS': 'cluster-links.json',
  // Of the first slots; the server of the fixture has no other.
  'CLUSTER SLOT-STATS SLOTSRANGE 0 511': 'cluster-slot-stats.json',
  'COMMANDLOG LEN slow': 'commandlog-len.json',
  'COMMANDLOG LEN large-request': 'commandlog-len.json',
  'COMMANDLOG LEN large-reply': 'commandlog-len.json',
  'INFO debug': 'info-debug.txt',
  'COMMANDLOG GET 1 large-request': 'commandlog-get-large-request.json',
  'COMMANDLOG GET 1 large-reply': 'commandlog-get-large-reply.json',
  'FUNCTION STATS': 'function-stats.json',
  'HOTKEYS GET': 'hotkeys-get.json',
  'LATENCY HISTOGRAM': 'latency-histogram.json',
  'LATENCY LATEST': 'latency-latest.json',
  'MEMORY STATS': 'memory-stats.json',
  // Tile38 alone has it.
  'SERVER EXT': 'server-ext.json',
  'XINFO STREAM orders': 'xinfo-stream.json',
  'XINFO GROUPS orders': 'xinfo-groups.json',
  'XINFO CONSUMERS orders billing': 'xinfo-consumers.json',
  'FT._LIST': 'ft-list.json',
}

const recordedCommands = new Set(Object.keys(replyFiles).map((text) => text.split(' ')[0]))

/** What the server of a folder of fixtures answers, as RESP2 carries it. */
export function recordedAnswer(folder: string): (command: Command) => Reply | RedisError {
  return (command) => {
    const text = command.join(' ')
    const file = Object.hasOwn(replyFiles, text) ? replyFiles[text] : undefined
    if (file !== undefined) return fileReply(`${folder}/${file}`)
    const replies = [serverReply(folder, command), keyReply(command), scriptReply(command)]
    const reply = replies.find((one) => one !== undefined)
    if (reply !== undefined) return reply
    // What was never recorded of any server is a command that none of them has.
    if (!recordedCommands.has(command[0])) return unknownCommand()
    throw new Error(`there is no recorded reply for ${text}`)
  }
}

function serverReply(folder: string, command: Command): Reply | RedisError | undefined {
  const text = command.join(' ')
  if (text.startsWith('CLUSTER SLOT-STATS ')) return []
  if (text.startsWith('CONFIG GET ')) return configReply(folder, command.slice(2))
  if (text === 'TYPE orders') return 'stream'
  if (text === 'SLOWLOG LEN') return slowlog(folder, (entries) => entries.length)
  if (/^SLOWLOG GET \d+$/.test(text))
    return slowlog(folder, (entries) => entries.slice(0, Number(command[2])))
  return command[0] === 'SENTINEL' ? sentinelReply(folder, command) : undefined
}

/** Every script gives the answer. */
function scriptReply([name, source = '']: Command): Reply | undefined {
  if (name === 'SCRIPT') return createHash('sha1').update(source).digest('hex')
  return name === 'EVALSHA' || name === 'EVAL_RO' ? ['answer', 42] : undefined
}

function slowlog(folder: string, read: (entries: readonly Reply[]) => Reply): Reply | RedisError {
  const reply = fileReply(`${folder}/slowlog-get.json`)
  return Array.isArray(reply) ? read(reply) : reply
}

/** The parameters asked for, in the order of the server; those that it lacks are left out. */
function configReply(folder: string, patterns: readonly string[]): Reply | RedisError {
  const path = `${folder}/config-get.txt`
  if (!fixtureExists(path)) return unknownCommand()
  const matches = patterns.map(globMatcher)
  return configPairs(path).flatMap(([name, value]) =>
    matches.some((isMatch) => isMatch(name)) ? [name, value] : [],
  )
}

function sentinelReply(folder: string, [, subcommand, , name]: Command): Reply | RedisError {
  // The older name of REPLICAS.
  const file = subcommand === 'SLAVES' ? 'replicas' : subcommand?.toLowerCase()
  if (subcommand !== 'CONFIG') return fileReply(`${folder}/sentinel-${file}.json`)
  const all = fileReply(`${folder}/sentinel-config-get.json`)
  if (name === '*' || !Array.isArray(all)) return all
  const index = all.indexOf(name)
  return index < 0 ? [] : all.slice(index, index + 2)
}

const fixtureExists = remembered((path: string) => existsSync(new URL(path, root)))

const configPairs = remembered((path: string): readonly (readonly [string, string])[] => {
  const lines = readFixture(path).replace(/\n$/, '').split('\n')
  return lines.flatMap((name, index) =>
    index % 2 === 0 ? [[name, lines[index + 1] ?? ''] as const] : [],
  )
})

/** The reply in a file; a server that lacks the command has none. */
export const fileReply = remembered((path: string): Reply | RedisError => {
  if (!fixtureExists(path)) return unknownCommand()
  const text = readFixture(path)
  if (path.endsWith('.txt')) return text
  if (text.startsWith('error:')) return fromErrorReply(JSON.parse(text.slice('error:'.length)))
  return toResp2(JSON.parse(text))
})

function unknownCommand(): RedisError {
  return fromErrorReply('ERR unknown command')
}

// The fixtures are RESP3 with maps as objects; RESP2 has flat lists, and whole numbers for keys.
function toResp2(json: unknown): Reply {
  if (json === null || typeof json === 'string' || typeof json === 'number') return json
  if (Array.isArray(json)) return json.map(toResp2)
  if (typeof json !== 'object') throw new Error(`a reply cannot hold ${typeof json}`)
  return Object.entries(json).flatMap(([key, value]) => [
    /^\d+$/.test(key) ? Number(key) : key,
    toResp2(value),
  ])
}
