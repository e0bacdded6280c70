import { BlockList, isIP, isIPv4 } from 'node:net'

/** The addresses that begin alike, or one alone. */
export interface IpNetwork {
  readonly base: string
  readonly prefix: number
  readonly family: 4 | 6
  /** An IPv4 address is none of a network of IPv6, in whatever way it is embedded there. */
  has(address: string): boolean
}

/** Reads an address, or one with the length of a prefix behind a slash; undefined when it is none. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const [, base = '', digits] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? []
  const family = isIP(base)
  if (family !== 4 && family !== 6) return undefined
  const bits = family === 4 ? 32 : 128
  const prefix = digits === undefined ? bits : Number(digits)
  if (prefix > bits) return undefined
  const name = family === 4 ? 'ipv4' : 'ipv6'
  const addresses = new BlockList()
  addresses.addSubnet(base, prefix, name)
  return {
    base,
    prefix,
    family,
    has: (address) => isIP(address) === family && addresses.check(address, name),
  }
}

/** Whether all addresses of a network are those of another one. */
export function isWithin(inner: IpNetwork, outer: IpNetwork): boolean {
  return inner.prefix >= outer.prefix && outer.has(inner.base)
}

// The machine itself, its link, and where clouds tell machines of themselves, with their credentials.
const special4 = [
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4'],
  // Alibaba, Oracle, Azure.
  ...['100.100.100.200', '192.0.0.192', '168.63.129.16'],
]

const special6 = [
  // Unspecified, loopback, and IPv4 in a form that nobody uses any more.
  '::/96',
  ...['fe80::/10', 'fec0::/10', 'ff00::/8', '100::/64'],
  // Amazon.
  'fd00:ec2::/32',
  // 6to4 and Teredo, which lead to an IPv4 address that stands within.
  ...['2002::/16', '2001::/32'],
]

/** Where an IPv4 address is the end of one of IPv6: mapped, translated, NAT64. */
const embeddings = ['::ffff:', '::ffff:0:', '64:ff9b::', '64:ff9b:1::']

/**
 * The networks whose addresses nobody means who allows a larger one. Those that lie within another
 * stand there for themselves.
 */
export function specialNetworks(): readonly IpNetwork[] {
  const embedded = embeddings.flatMap((before) =>
    ['0.0.0.0/0', ...special4].map((text) => {
      const [base = '', prefix = '32'] = text.split('/')
      return `${before}${base}/${96 + Number(prefix)}`
    }),
  )
  return [...special4, ...special6, ...embedded, '64:ff9b:1::/48'].map((text) => {
    const network = parseNetwork(text)
    if (!network) throw new Error(`${text} is no network`)
    return network
  })
}

/** One spelling of an IP address; undefined for one with a zone, or for what is none. */
export function canonicalIp(text: string): string | undefined {
  if (isIPv4(text)) return text
  if (isIP(text) !== 6 || text.includes('%')) return undefined
  return new URL(`http://[${text}]`).hostname.slice(1, -1)
}
