import { isIPv4, isIPv6 } from 'node:net'
import { isList } from './address-hint.ts'
import { textOfBytes } from './any-bytes.ts'
import type { LookUp } from './name-lookups.ts'
import { type Secret, secret } from './secret.ts'
import { fitsSocket } from './socket-path.ts'

/** Where a server listens. */
export type Endpoint =
  | {
      readonly kind: 'tcp'
      readonly host: string
      readonly port: number
      readonly tls: boolean
      /** How its name is followed, where somebody named it who is not trusted. */
      readonly guard?: NameGuard
      /** By which its name is looked up; by Node itself unless given. */
      readonly lookUp?: LookUp
    }
  | { readonly kind: 'unix'; readonly path: string }

/** What stands between a name of a stranger and a connection. */
export interface NameGuard {
  /** To which addresses it may lead. */
  readonly mayLeadTo: (address: string) => boolean
}

/** The same server, its name looked up by this. */
export function lookedUpBy(lookUp: LookUp, endpoint: Endpoint): Endpoint {
  return endpoint.kind === 'tcp' ? { ...endpoint, lookUp } : endpoint
}

export interface Credentials {
  readonly user?: string
  readonly password?: Secret
}

export interface Address {
  readonly endpoint: Endpoint
  readonly credentials: Credentials
  /** The database number after the slash or `?db=`; 0 when there is none. */
  readonly database: number
}

/** What an address may look like, for messages and help. */
export const acceptedAddresses =
  'redis://, rediss://, valkey:// or valkeys://[user:password@]host[:port][/db], ' +
  'unix:///path, host[:port] or [IPv6]:port'

/** Whether an address of a scheme, in small letters, asks for TLS. */
export const tlsByScheme: ReadonlyMap<string, boolean> = new Map([
  ['redis', false],
  ['valkey', false],
  // The Go exporter takes it too.
  ['tcp', false],
  ['rediss', true],
  ['valkeys', true],
])

/**
 * Reads the address of a server; undefined when it is none. Kubernetes writes a password into
 * it as it is, so the user part ends at the last `@` and need not be percent-encoded; all the
 * rest is read strictly.
 */
export function parseAddress(text: string): Address | undefined {
  if (isList(text)) return undefined
  const [, scheme = 'redis', rest = ''] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(text) ?? []
  const at = userPartEnd(scheme.toLowerCase(), rest)
  const credentials = at < 0 ? {} : parseUserPart(rest.slice(0, at))
  const place = rest.slice(at + 1)
  if (scheme.toLowerCase() === 'unix') return unixAddress(place, credentials)
  const tls = tlsByScheme.get(scheme.toLowerCase())
  return tls === undefined ? undefined : tcpAddress(place, tls, credentials)
}

/** An endpoint as a text without any secret: the name of a target in logs, metrics and pages. */
export function formatEndpoint(endpoint: Endpoint): string {
  if (endpoint.kind === 'unix') return `unix://${endpoint.path}`
  const host = isAddressOfIPv6(endpoint.host) ? `[${endpoint.host}]` : endpoint.host
  return `${endpoint.tls ? 'rediss' : 'redis'}://${host}:${endpoint.port}`
}

/** Whether a host is an address of IPv6, by Node only where it may be: its pattern takes 3 ms of a start to be compiled. */
export function isAddressOfIPv6(host: string): boolean {
  return host.includes(':') && isIPv6(host)
}

// The path of a socket may itself hold an `@`; a user part never begins with a slash there.
function userPartEnd(scheme: string, rest: string): number {
  return scheme === 'unix' && rest.startsWith('/') ? -1 : rest.lastIndexOf('@')
}

// As in an alias: such a path would be read as another one, and half of a character is in none.
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

function unixAddress(place: string, credentials: Credentials): Address | undefined {
  const [query = '', number = '0'] = /\?db=(\d{1,9})$/.exec(place) ?? []
  const path = place.slice(0, place.length - query.length)
  if (!/^\/.*[^/]$/s.test(path) || unseen.test(path) || !fitsSocket(path)) return undefined
  return { endpoint: { kind: 'unix', path }, credentials, database: Number(number) }
}

function tcpAddress(place: string, tls: boolean, credentials: Credentials): Address | undefined {
  const parts = /^(\[[^\]]+\]|[^[\]/:?]*)(?::(\d{1,5}))?(?:\/(\d{0,9}))?(?:\?db=(\d{1,9}))?$/.exec(
    place,
  )
  if (!parts) return undefined
  const [, name = '', portText = '6379', ofPath, ofQuery] = parts
  const host = readHost(name)
  const port = Number(portText)
  if (host === undefined || port < 1 || port > 65535) return undefined
  const databases = new Set([ofPath, ofQuery].flatMap((text) => (text ? Number(text) : [])))
  if (databases.size > 1) return undefined
  const [database = 0] = databases
  return { endpoint: { kind: 'tcp', host, port, tls }, credentials, database }
}

// RFC 1035, section 2.3.4.
const longestHost = 253

/**
 * Whether a host would be taken for an IPv4 address and is none, as people write them: it is rather a
 * port whose host is missing.
 */
export function isOddNumber(host: string): boolean {
  return /(^|\.)(\d+|0x[0-9a-f]*)$/i.test(host) && !isIPv4(host)
}

function readHost(text: string): string | undefined {
  if (text.startsWith('[')) {
    const inner = text.slice(1, -1)
    return isIPv6(inner) ? inner : undefined
  }
  if (isOddNumber(text) || text.length > longestHost) return undefined
  return /^[a-z0-9_]([a-z0-9_.-]*[a-z0-9_.])?$/i.test(text) ? text : undefined
}

// Without a colon it is the password alone, as redis-cli reads it.
function parseUserPart(text: string): Credentials {
  const decode = isPercentEncoded(text) ? decoded : (raw: string) => raw
  const colon = text.indexOf(':')
  const user = decode(text.slice(0, Math.max(colon, 0)))
  const password = decode(text.slice(colon + 1))
  return {
    ...(user === '' ? {} : { user }),
    ...(password === '' ? {} : { password: secret(password) }),
  }
}

// What is encoded may be any bytes.
function decoded(text: string): string {
  const binary = text.replace(/%(..)/g, (_, digits) => String.fromCharCode(Number(`0x${digits}`)))
  return textOfBytes(Buffer.from(binary, 'latin1'))
}

// Characters that an encoded user part cannot hold (RFC 3986, 3.2.1), or a percent sign that
// encodes nothing, show that the text was put in as it is.
function isPercentEncoded(text: string): boolean {
  return !/[^\w.~!$&'()*+,;=:%-]|%(?![0-9a-f]{2})/i.test(text)
}
