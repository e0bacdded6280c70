import { formatEndpoint, parseAddress } from '../../src/targets/address.ts'
import { fixedLogin } from '../../src/targets/login.ts'
import type { WantedTarget } from '../../src/targets/wanted-target.ts'

/** A target that is wanted under an address as a user writes it, and what differs from the usual. */
export function wantedTarget<S = Readonly<Record<string, unknown>>>(
  url: string,
  settings: S,
  more: Partial<WantedTarget<S>> = {},
): WantedTarget<S> {
  const address = parseAddress(url)
  if (address === undefined) throw new Error('the test gave an address that cannot be read')
  const { endpoint, credentials, database } = address
  const name = formatEndpoint(endpoint)
  return {
    address: name,
    name,
    endpoint,
    database,
    login: fixedLogin(credentials, 'the address'),
    labels: {},
    settings,
    ...more,
  }
}

/** The ports of targets, in order. */
export function portsOf(wanted: readonly WantedTarget<unknown>[]): readonly number[] {
  return wanted
    .flatMap(({ endpoint }) => (endpoint.kind === 'tcp' ? endpoint.port : []))
    .sort((one, other) => one - other)
}
