import { formatEndpoint, parseAddress } from '../targets/address.ts'
import { type AddressPair, announcedPlaces } from '../targets/address-map.ts'
import { plainHost } from '../targets/one-spelling.ts'

/** Where a target may be said to be, each as `placeKey` writes it. */
export interface TargetPlaces {
  /** The IP address that a connection to it has, as far as is known. */
  readonly leadsTo: string | undefined
  /** By its own address; undefined of one that is reached by a path. */
  readonly own: string | undefined
  /** With the address that its name leads to, and what `discover.map` says that it announces. */
  readonly all: ReadonlySet<string>
}

/** One spelling of a host with a port; a port that is none is of nobody. */
export function placeKey(host: string, port: number): string {
  return formatEndpoint({ kind: 'tcp', host: plainHost(host), port, tls: false })
}

export function targetPlaces(
  address: string,
  leadsTo?: string | undefined,
  map: readonly AddressPair[] = [],
): TargetPlaces {
  const endpoint = parseAddress(address)?.endpoint
  if (endpoint?.kind !== 'tcp') return { leadsTo, own: undefined, all: new Set() }
  const { host, port } = endpoint
  const hosts = leadsTo === undefined ? [host] : [host, leadsTo]
  const announced = hosts.flatMap((one) => announcedPlaces(map, one, port))
  return {
    leadsTo,
    own: placeKey(host, port),
    all: new Set([
      ...hosts.map((one) => placeKey(one, port)),
      ...announced.map((one) => placeKey(one.host, one.port)),
    ]),
  }
}

/** Whether a host is that of whoever names it. */
export function isLoopback(host: string): boolean {
  return /^(?:127(?:\.\d{1,3}){3}|::1|::ffff:127\..+|localhost)$/i.test(host)
}
