import { formatEndpoint, parseAddress } from './address.ts'
import type { AddressIndex } from './address-index.ts'

/**
 * The target at the address that a text is, in any spelling, with or without scheme; undefined where it
 * is none, or nobody's. The number of a database is not looked at, since one server is one target; one
 * that holds a user or a password is for its reader to refuse.
 */
export function targetAt<T extends { readonly name: string; readonly address: string }>(
  index: Pick<AddressIndex<T>, 'at'>,
  text: string,
): T | undefined {
  const address = parseAddress(text)
  return address && index.at(formatEndpoint(address.endpoint), hasScheme(text))
}

function hasScheme(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
}
