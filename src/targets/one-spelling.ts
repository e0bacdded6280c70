import { isIPv6, SocketAddress } from 'node:net'
import { type Endpoint, formatEndpoint, isAddressOfIPv6 } from './address.ts'

/**
 * The identity of the server at an endpoint: however somebody writes its address, it is one and the
 * same.
 */
export function identityOf(endpoint: Endpoint): string {
  return oneSpelling(formatEndpoint(endpoint))
}

/** An address as `formatEndpoint` writes it, in one spelling: hosts are the same in any case. */
export function oneSpelling(address: string): string {
  if (address.startsWith('unix:')) return address
  const lower = address.toLowerCase()
  if (!lower.includes('[')) return lower
  // A URL holds no zone (fe80::1%eth0).
  return lower.replace(/\[([^\]%]+)(%[^\]]*)?\]/, (host, ip: string, zone = '') =>
    isIPv6(ip) ? new URL(`http://[${ip}]`).hostname.replace(']', `${zone}]`) : host,
  )
}

/** The name of a host in its one spelling: addresses of IPv6 have several, beside their zone. */
export function plainName(name: string): string {
  if (!isAddressOfIPv6(name)) return name
  const [address = '', ...zone] = name.split('%')
  return [new SocketAddress({ address, family: 'ipv6' }).address, ...zone].join('%')
}

/** The same in lower case, with an address of IPv4 in the clothes of IPv6 as what it is: they are one place. */
export function plainHost(host: string): string {
  if (!isAddressOfIPv6(host)) return host.toLowerCase()
  return plainName(host).replace(/^::ffff:(?=\d+\.)/, '')
}
