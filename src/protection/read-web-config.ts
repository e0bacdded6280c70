import { dirname } from 'node:path'
import { acceptedHashes, isBcryptHash } from '../config/bcrypt-hash.ts'
import { type FileNode, readFileTree } from '../discovery/file-tree.ts'
import { shownName } from '../discovery/shown-name.ts'
import type { FileMistake } from '../discovery/target-entry.ts'
import { duration, wholeNumber } from '../options/value-kinds.ts'
import { entriesOf, type Placed, type Tell, textAt, truthAt } from './entry-reader.ts'
import { headerNames } from './names-of-go.ts'
import type { PortSettings, Users } from './port-settings.ts'
import type { RateLimit } from './rate-limit.ts'
import { readServerTls } from './read-server-tls.ts'

const keys = ['tls_server_config', 'http_server_config', 'basic_auth_users', 'rate_limit'] as const

const interval = duration(1, 3_600_000)
const burst = wholeNumber(1, 1_000_000)

/** What flags say already, by how messages call them; the file must not say it again. */
export interface TakenByFlags {
  readonly tls?: string | undefined
  readonly users?: string | undefined
}

/**
 * Reads the text of a file in the form of `web.config.file` of the Prometheus exporter toolkit. What
 * is not known or contradicts itself is a mistake; so is a file without anything in it, which may be
 * one that is being written.
 */
export async function readWebConfig(
  text: string,
  file: string,
  taken: TakenByFlags = {},
): Promise<{ readonly settings: PortSettings; readonly mistakes: readonly FileMistake[] }> {
  const mistakes: FileMistake[] = []
  const tell: Tell = (mistake) => void mistakes.push(mistake)
  const tree = await readFileTree(text)
  if ('mistakes' in tree) for (const { line, what } of tree.mistakes) tell({ line, path: '', what })
  const settings = 'root' in tree ? readRoot(tree.root, file, taken, tell) : nothing
  return { settings, mistakes: mistakes.sort((one, other) => one.line - other.line) }
}

const nothing: PortSettings = { tls: undefined, users: undefined, headers: {} }

function readRoot(root: FileNode, file: string, taken: TakenByFlags, tell: Tell): PortSettings {
  const isEmpty = root.kind === 'nothing' || (root.kind === 'map' && root.entries.length === 0)
  if (isEmpty) {
    const what = `it protects nothing; give ${keys.join(', ')}, or leave --web.config.file out`
    tell({ line: 1, path: '', what })
    return nothing
  }
  const entries = entriesOf({ node: root, line: root.line, path: '' }, keys, tell)
  const tls = entries.get('tls_server_config')
  const users = entries.get('basic_auth_users')
  const http = entries.get('http_server_config')
  const limit = entries.get('rate_limit')
  for (const [place, title] of [
    [tls, taken.tls],
    [users, taken.users],
  ] as const)
    if (place && title)
      tell({
        line: place.line,
        path: place.path,
        what: `${title} is given as well; give one of them`,
      })
  return {
    tls: tls && readServerTls(tls, { file, folder: dirname(file) }, tell),
    users: users && readUsers(users, tell),
    headers: http ? readHttp(http, tell) : {},
    limit: limit && readLimit(limit, tell),
  }
}

const acceptedIntervals = 'a duration from 1ms to 1h with its unit, such as 1s, or 0 for no limit'

/** A limit of none is one that is switched off, as in the toolkit; half a limit is a mistake. */
function readLimit(place: Placed, tell: Tell): RateLimit | undefined {
  const entries = entriesOf(place, ['interval', 'burst'], tell)
  const { node, line, path } = place
  if (node.kind !== 'map') return undefined
  const numberAt = (key: string, read: (text: string) => number | undefined, accepts: string) => {
    const missing: Placed = { node: { kind: 'nothing', line }, line, path: `${path}.${key}` }
    const at = entries.get(key) ?? missing
    const text = textAt(at, tell, accepts)
    const value = text === undefined ? undefined : read(text)
    if (text !== undefined && value === undefined)
      tell({ line: at.line, path: at.path, what: `it is not accepted; give ${accepts}` })
    return value
  }
  const intervalMilliseconds = numberAt('interval', readInterval, acceptedIntervals)
  if (intervalMilliseconds === 0) return undefined
  const most = numberAt('burst', burst.read, burst.accepts)
  if (intervalMilliseconds === undefined || most === undefined) return undefined
  return { intervalMilliseconds, burst: most }
}

// A number without a unit would be nanoseconds for the toolkit, and is seconds elsewhere here.
function readInterval(text: string): number | undefined {
  if (/^0(s|ms)?$/.test(text)) return 0
  return /[a-z]$/.test(text) ? interval.read(text) : undefined
}

function readUsers(place: Placed, tell: Tell): Users | undefined {
  const { node, line, path } = place
  if (node.kind !== 'map' || node.entries.length === 0) {
    tell({ line, path, what: 'give a user at least, or leave it out for a port without a login' })
    return undefined
  }
  const hashes = new Map<string, string>()
  for (const { key, line, value } of node.entries) {
    // A key that is no name may be a hash, where both were swapped.
    const at = { line, path: `${path}.${shownName(key)}` }
    if (key === '' || key.includes(':'))
      tell({ ...at, what: 'a user has a name without a colon in it' })
    const hash = textAt({ node: value, ...at }, tell, acceptedHashes)
    if (hash === undefined) continue
    if (isBcryptHash(hash)) hashes.set(key, hash)
    else tell({ ...at, what: `the value is not accepted; give ${acceptedHashes}` })
  }
  return { kind: 'hashed', hashes }
}

function readHttp(place: Placed, tell: Tell): Readonly<Record<string, string>> {
  const entries = entriesOf(place, ['http2', 'headers'], tell)
  truthAt(entries.get('http2'), tell)
  const headers = entries.get('headers')
  if (!headers) return {}
  const known = [...headerNames.keys()]
  const given = [...entriesOf(headers, known, tell)].flatMap(([name, at]) => {
    const value = textAt(at, tell)
    const accepted = headerNames.get(name)
    if (value === undefined || !accepted) return []
    const { line, path } = at
    if (accepted.length > 0 && !accepted.includes(value))
      tell({ line, path, what: `it is not accepted; give ${accepted.join(' or ')}` })
    else if (/[^\t\x20-\x7e]/.test(value))
      tell({ line, path, what: 'a header holds printable ASCII and no line breaks' })
    return [[name, value] as const]
  })
  return Object.fromEntries(given)
}
