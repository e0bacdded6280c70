import { type Endpoint, parseAddress } from './address.ts'
import { plainName } from './one-spelling.ts'

/** A host with a port, or with whatever port. */
interface Place {
  readonly host: string
  readonly port: number | undefined
}

/** Where a server is reached that announces something else. */
export interface AddressPair {
  readonly announced: Place
  readonly reachable: Place
}

/** Reads `10.0.0.1:6379=example.com:7001,10.0.0.2=[2001:db8::1]`; undefined when it is none. */
export function parseAddressMap(text: string): readonly AddressPair[] | undefined {
  if (text === '') return []
  const pairs = text.split(',').map(readPair)
  return pairs.every((pair) => pair !== undefined) ? pairs : undefined
}

/** What is wrong with a map of which a pair is none, without showing anything of it. */
export function addressMapHint(text: string): string | undefined {
  const texts = text.split(',')
  const bad = texts.findIndex((one) => readPair(one) === undefined)
  const why = pairHint(texts[bad] ?? '')
  if (texts.length === 1) return why
  return `of its pairs, number ${bad + 1} is none${why ? `: ${why}` : ''}`
}

function pairHint(text: string): string | undefined {
  if (text.trim() === '') return 'it is empty'
  if (text.includes('@')) return 'neither users nor passwords stand there'
  if (/[/?]/.test(text)) return 'hosts and ports alone stand there'
  if (text.split('=').length !== 2) return 'one = stands between two places'
  if (/(^|=)\s*[\da-f]*:[\da-f]*:/i.test(text)) return 'an IPv6 address stands in brackets'
  return undefined
}

function readPair(text: string): AddressPair | undefined {
  const [announced, reachable, ...more] = text.split('=').map((place) => readPlace(place.trim()))
  return announced && reachable && more.length === 0 ? { announced, reachable } : undefined
}

/** The address to connect to for one that is announced; a pair with its port comes first. */
export function mapAddress(map: readonly AddressPair[], host: string, port: number) {
  const ofHost = map.filter(({ announced }) => isSameHost(announced.host, host))
  const found =
    ofHost.find(({ announced }) => announced.port === port) ??
    ofHost.find(({ announced }) => announced.port === undefined)
  return found ? { host: found.reachable.host, port: found.reachable.port ?? port } : { host, port }
}

/** What servers may announce that are reached at an address by a pair. */
export function announcedPlaces(map: readonly AddressPair[], host: string, port: number) {
  return map
    .map(({ announced }) => ({ host: announced.host, port: announced.port ?? port }))
    .filter((announced) => {
      const reached = mapAddress(map, announced.host, announced.port)
      return isSameHost(reached.host, host) && reached.port === port
    })
}

/**
 * The endpoint of a server by what another one says of it, which may be anything; undefined where
 * that is no address.
 */
export function announcedEndpoint(host: string, port: number, tls: boolean): Endpoint | undefined {
  const place = readPlace(host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`)
  return place && { kind: 'tcp', host: place.host, port, tls }
}

const withPort = /:\d{1,5}$/

function readPlace(text: string): Place | undefined {
  // Anything but a host and a port is no place.
  const address = /[@/?]/.test(text) || text.startsWith(':') ? undefined : parseAddress(text)
  if (address?.endpoint.kind !== 'tcp' || text === '') return undefined
  const { host, port } = address.endpoint
  const hasPort = withPort.test(text.replace(/^\[[^\]]*\]/, ''))
  return { host, port: hasPort ? port : undefined }
}

function isSameHost(one: string, other: string): boolean {
  return plainName(one).toLowerCase() === plainName(other).toLowerCase()
}
