import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { Command, Reply } from '../../src/redis/command.ts'
import { fromErrorReply, type RedisError } from '../../src/redis/redis-error.ts'

const root = new URL('../fixtures/', import.meta.url)

/** Every recorded INFO: `redis-7.0.15/info-all.txt` and so on. */
export const recordedInfos: readonly string[] = readdirSync(root, { recursive: true })
  .map(String)
  .filter((path) => /\/info-[^/]*\.txt$/.test(path))
  .sort()

/** A recorded reply as text, with the line ends that the server sent. */
export function readFixture(path: string): string {
  return readFileSync(new URL(path, root), 'utf8')
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

/** The recorded replies to commands as one would type them. */
const jsonFiles: Readonly<Record<string, string>> = {
  'FT._LIST': 'ft-list.json',
  'LATENCY LATEST': 'latency-latest.json',
  'LATENCY HISTOGRAM': 'latency-histogram.json',
}

/** What the server of a folder of fixtures answers, as RESP2 carries it. */
export function recordedAnswer(folder: string): (command: Command) => Reply | RedisError {
  return (command) => {
    const text = command.join(' ')
    if (text.startsWith('CONFIG GET ')) return configReply(folder, command.slice(2))
    if (text === 'CLUSTER INFO') return readFixture(`${folder}/cluster-info.txt`)
    if (text.startsWith('COMMANDLOG LEN ')) return jsonReply(`${folder}/commandlog-len.json`)
    const file = jsonFiles[text]
    if (file !== undefined) return jsonReply(`${folder}/${file}`)
    if (text === 'SLOWLOG LEN') return slowlog(folder, (entries) => entries.length)
    if (text === 'SLOWLOG GET 1') return slowlog(folder, (entries) => entries.slice(0, 1))
    throw new Error(`there is no recorded reply for ${text}`)
  }
}

function slowlog(folder: string, read: (entries: readonly Reply[]) => Reply): Reply | RedisError {
  const reply = jsonReply(`${folder}/slowlog-get.json`)
  return Array.isArray(reply) ? read(reply) : reply
}

/** The parameters asked for, in the order of the server; those that it lacks are left out. */
function configReply(folder: string, names: readonly string[]): Reply | RedisError {
  const path = `${folder}/config-get.txt`
  if (!existsSync(new URL(path, root))) return unknownCommand()
  const lines = readFixture(path).split('\n')
  return lines.flatMap((name, index) =>
    index % 2 === 0 && names.includes(name) ? [name, lines[index + 1] ?? ''] : [],
  )
}

/** A recorded JSON reply as RESP2 carries it. */
export function jsonReply(path: string): Reply | RedisError {
  if (!existsSync(new URL(path, root))) return unknownCommand()
  const text = readFixture(path)
  if (text.startsWith('error:')) return fromErrorReply(JSON.parse(text.slice('error:'.length)))
  return toResp2(JSON.parse(text))
}

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
