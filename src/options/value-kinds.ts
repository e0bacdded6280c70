import { isIPv6 } from 'node:net'
import { RE2JS } from 're2js'
import { type Address, acceptedAddresses, isOddNumber } from '../targets/address.ts'
import { addressesHint, parseAddresses } from '../targets/address-list.ts'
import type { ListenAddress } from '../targets/listen-address.ts'
import { type Secret, secret } from '../targets/secret.ts'
import { fitsSocket, mostPathBytes } from '../targets/socket-path.ts'

/** How the text of a setting is read. */
export interface ValueKind<T> {
  /** What stands for the value in --help. */
  readonly placeholder: string
  /** What is accepted, to follow "give". */
  readonly accepts: string
  /** Undefined when the text is not accepted. */
  read(text: string): T | undefined
  /** Several texts as one that is read as all of them; undefined where that cannot be said. */
  join?(texts: readonly string[]): string | undefined
  /** What is wrong with a text that is not accepted, where that can be told without showing it. */
  hint?(text: string): string | undefined
  /** The files that a value names and that must be there to be read when we start. */
  files?(value: T): readonly string[]
}

export const plainText: ValueKind<string> = {
  placeholder: 'text',
  accepts: 'a text',
  read: (text) => text,
}

/** The name of a command as a server knows it. */
export const nameOfCommand: ValueKind<string> = {
  placeholder: 'name',
  accepts: 'the name of a command, or -',
  read: (text) => (/^[!-~]+$/.test(text) ? text : undefined),
}

export const filePath: ValueKind<string> = {
  placeholder: 'file',
  accepts: 'the path of a file',
  read: (text) => text,
}

export const secretText: ValueKind<Secret> = {
  placeholder: 'text',
  accepts: 'a text',
  read: secret,
}

export const addressList: ValueKind<readonly Address[]> = {
  placeholder: 'addresses',
  accepts: `${acceptedAddresses}; several with commas between them`,
  read: (text) => (text === '' ? [] : parseAddresses(text)),
  hint: (text) => (text === '' ? 'it is empty' : addressesHint(text)),
}

/** The name of a label; those that begin with two underscores are Prometheus' own. */
export const labelName: ValueKind<string> = {
  placeholder: 'name',
  accepts: 'the name of a label: letters, digits and underscores, not two of these at its begin',
  read: (text) => (/^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/.test(text) ? text : undefined),
}

export const flag: ValueKind<boolean> = {
  placeholder: 'true|false',
  accepts: 'true or false',
  read(text) {
    if (/^(true|t|1)$/i.test(text)) return true
    return /^(false|f|0)$/i.test(text) ? false : undefined
  },
}

/** A whole number in decimal digits. */
export function wholeNumber(minimum: number, maximum: number): ValueKind<number> {
  return {
    placeholder: 'number',
    accepts: `a whole number from ${minimum} to ${maximum}`,
    read(text) {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
      return value >= minimum && value <= maximum ? value : undefined
    },
  }
}

/** A part of a whole. */
export const share: ValueKind<number> = {
  placeholder: 'share',
  accepts: 'a number from 0 to 1, such as 0.05',
  read: (text) => (/^(0|1|0?\.\d+|0\.\d*|1\.0*)$/.test(text) ? Number(text) : undefined),
}

/** One of some words; `others` are further names of them. */
export function oneOf<const T extends string>(
  values: readonly T[],
  others: Readonly<Record<string, T>> = {},
): ValueKind<T> {
  return {
    placeholder: 'word',
    accepts: `one of ${values.join(', ')}`,
    read(text) {
      const word = text.toLowerCase()
      return values.find((value) => value === word) ?? new Map(Object.entries(others)).get(word)
    },
  }
}

/** The part of a metric name before the first underscore of ours. */
export const namespace: ValueKind<string> = {
  placeholder: 'name',
  accepts: 'letters, digits and underscores that do not begin with a digit',
  read: (text) => (/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(text) ? text : undefined),
}

// Paths that answer something else.
const takenPaths = ['/health', '/healthz', '/ready']
// Clients resolve these parts before they ask (RFC 3986, 5.2.4), and take // for the begin of a host.
const resolvedParts = /\/\.{0,2}\/|\/\.{1,2}$/

export const metricsPath: ValueKind<string> = {
  placeholder: 'path',
  accepts: `a path such as /metrics, other than ${takenPaths.join(', ')}`,
  read(text) {
    const isPath = /^\/[\w./~-]*$/.test(text) && !resolvedParts.test(text)
    return isPath && !takenPaths.includes(text) ? text : undefined
  },
}

export const listenAddress: ValueKind<ListenAddress> = {
  placeholder: 'address',
  accepts: `:port, host:port or [IPv6]:port, with a port from 0 to 65535, or unix:///path of ${mostPathBytes} bytes at most`,
  read(text) {
    const [, path] = /^unix:\/\/(\/[^,\0]+)$/.exec(text) ?? []
    if (path !== undefined) return fitsSocket(path) ? { path } : undefined
    const [, bracketed, plain, port] =
      /^(?:\[([0-9a-f:.]+(?:%[\w.-]+)?)\]|([\w.-]*)):(\d{1,5})$/i.exec(text) ?? []
    if (port === undefined || Number(port) > 65535) return undefined
    const host = bracketed ?? plain
    // A number would be taken for an IPv4 address.
    const isNoHost = bracketed === undefined ? isOddNumber(plain ?? '') : !isIPv6(bracketed)
    if (isNoHost) return undefined
    return { host: host === '' ? undefined : host, port: Number(port) }
  },
  hint: servicePort,
}

// Go looks such names up, and Node.js does not.
function servicePort(text: string): string | undefined {
  const isNamed = parts(text).some((part) => /^[^/]*:[a-z][a-z\d-]*$/i.test(part))
  return isNamed ? 'a port is a number here, not the name of a service' : undefined
}

export const listenAddresses: ValueKind<readonly ListenAddress[]> = {
  placeholder: 'addresses',
  accepts: `${listenAddress.accepts}; several with commas between them`,
  read(text) {
    const all = parts(text).map(listenAddress.read)
    const accepted = all.flatMap((one) => one ?? [])
    return accepted.length === all.length ? accepted : undefined
  },
  hint: servicePort,
}

const bareNumber = 'a bare number is seconds'

/** A duration in milliseconds. */
export function duration(minimum: number, maximum: number): ValueKind<number> {
  const range = `from ${formatDuration(minimum)} to ${formatDuration(maximum)}`
  return {
    placeholder: 'duration',
    accepts: `a duration ${range}, such as 15s, 1m30s or 500ms; ${bareNumber}`,
    read(text) {
      const value = parseDuration(text)
      return value !== undefined && value >= minimum && value <= maximum ? value : undefined
    },
  }
}

/** A duration of whole seconds, in milliseconds. */
export function wholeSeconds(minimum: number, maximum: number): ValueKind<number> {
  const kind = duration(minimum, maximum)
  const range = `from ${formatDuration(minimum)} to ${formatDuration(maximum)}`
  return {
    ...kind,
    accepts: `a whole number of seconds ${range}, such as 15s or 1m30s; ${bareNumber}`,
    read(text) {
      const value = kind.read(text)
      return value !== undefined && value % 1000 === 0 ? value : undefined
    },
  }
}

/** Milliseconds in the largest units that hold them: 90000 is 1m30s. */
export function formatDuration(milliseconds: number): string {
  const parts: [amount: number, unit: string][] = [
    [Math.floor(milliseconds / 3_600_000), 'h'],
    [Math.floor(milliseconds / 60_000) % 60, 'm'],
    [Math.floor(milliseconds / 1000) % 60, 's'],
    [milliseconds % 1000, 'ms'],
  ]
  const text = parts.map(([amount, unit]) => (amount > 0 ? `${amount}${unit}` : '')).join('')
  return text === '' ? '0s' : text
}

const amount = (unit: string) => `(?:(\\d+(?:\\.\\d+)?)${unit})?`
const durationPattern = new RegExp(`^${['h', 'm', 's', 'ms'].map(amount).join('')}$`)

function parseDuration(text: string): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000
  const parts = text === '' ? null : durationPattern.exec(text)
  if (!parts) return undefined
  const [hours, minutes, seconds, milliseconds] = parts.slice(1).map((part) => Number(part ?? 0))
  return Math.round(
    ((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000 + (milliseconds ?? 0),
  )
}

/** What a text can be held against, with the pattern as it was given. */
export interface TextPattern {
  readonly source: string
  test(text: string): boolean
}

/** A regular expression of Go, matched in a time that is linear in the text. */
export const regularExpression: ValueKind<TextPattern> = {
  placeholder: 'pattern',
  accepts: 'a regular expression as Go reads it (RE2)',
  read(text) {
    // The default of some option: to compile it takes long at the start.
    if (text === '.*') return { source: text, test: () => true }
    try {
      const pattern = RE2JS.compile(text)
      return { source: text, test: (name) => pattern.matcher(name).find() }
    } catch {
      return undefined
    }
  },
}

/** Names separated by commas; none is an empty list. */
export const nameList: ValueKind<readonly string[]> = {
  placeholder: 'names',
  accepts: 'names separated by commas',
  read: (text) => parts(text).filter((name) => name !== ''),
  join: (texts) => (texts.some((text) => text.includes(',')) ? undefined : texts.join(',')),
}

// Lists stand over several lines in a manifest.
function parts(text: string): readonly string[] {
  return text.split(',').map((part) => part.trim())
}

/** The same for the paths of files that are read. */
export const readableFiles: ValueKind<readonly string[]> = { ...nameList, files: (paths) => paths }
