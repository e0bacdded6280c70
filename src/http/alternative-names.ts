import { isIPv6, SocketAddress } from 'node:net'

/**
 * The names in the text that Node makes of a certificate's: `DNS:a.example, IP Address:10.0.0.1`. What
 * would be taken for more than one name stands in quotes there, as in JSON.
 */
export function alternativeNames(text: string): readonly string[] {
  const all = text.matchAll(/(?:^|, )[\w ]+:("(?:[^"\\]|\\.)*"|[^,"]*)(?=, |$)/g)
  return [...all].map(([, name = '']) => plainName(unquoted(name)))
}

/** A name in its one spelling: addresses of IPv6 have several. */
export function plainName(name: string): string {
  return isIPv6(name) ? new SocketAddress({ address: name, family: 'ipv6' }).address : name
}

function unquoted(name: string): string {
  return name.startsWith('"') ? String(JSON.parse(name)) : name
}
