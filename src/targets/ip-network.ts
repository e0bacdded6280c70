import { isIP, isIPv4 } from 'node:net'

/** An address as a number. */
export interface IpAddress {
  readonly family: 4 | 6
  readonly value: bigint
}

/** The addresses that begin alike, or one alone. */
export interface IpNetwork {
  readonly base: IpAddress
  /** How many bits of an address are those of the base. */
  readonly prefix: number
}

/** Reads an address; undefined for one with a zone, or for what is none. */
export function parseIp(text: string): IpAddress | undefined {
  if (isIPv4(text)) {
    const number = text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
    return { family: 4, value: BigInt(number) }
  }
  const canonical = canonicalIp(text)
  if (canonical === undefined) return undefined
  const [head = [], tail = []] = canonical
    .split('::')
    .map((part) => part.split(':').filter((group) => group !== ''))
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0')
  const groups = [...head, ...zeros, ...tail].map((group) => group.padStart(4, '0'))
  return { family: 6, value: BigInt(`0x${groups.join('')}`) }
}

/** Reads an address, or one with the length of a prefix behind a slash; undefined when it is none. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const [, address = '', digits] = /^([\da-f.:]+)(?:\/(\d{1,3}))?$/i.exec(text) ?? []
  const base = parseIp(address)
  if (!base) return undefined
  const bits = bitsOf(base)
  const prefix = digits === undefined ? bits : Number(digits)
  return prefix > bits ? undefined : { base, prefix }
}

function bitsOf({ family }: IpAddress): number {
  return family === 4 ? 32 : 128
}

/** An IPv4 address is none of a network of IPv6, in whatever way it is embedded there. */
export function isIn(address: IpAddress, { base, prefix }: IpNetwork): boolean {
  const free = BigInt(bitsOf(base) - prefix)
  return address.family === base.family && address.value >> free === base.value >> free
}

/** Whether all addresses of a network are those of another one. */
export function isWithin(inner: IpNetwork, outer: IpNetwork): boolean {
  return inner.prefix >= outer.prefix && isIn(inner.base, outer)
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
  // Amazon, Google, Oracle, Scaleway, Akamai, Alibaba: unique-local, as networks are that may be meant.
  'fd00:ec2::/32',
  ...['fd20:ce::254', 'fd00:c1::a9fe:a9fe', 'fd00:42::42', 'fd00:a9fe:a9fe::1'],
  'fd00:100::100:200',
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
