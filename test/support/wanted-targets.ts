import { formatEndpoint, parseAddress } from '../../src/targets/address.ts'
import type { WantedTarget } from '../../src/targets/wanted-target.ts'

/** A wanted target by its address, without a password. */
export function wantedTarget<S>(
  text: string,
  settings: S,
  fields: Partial<WantedTarget<S>> = {},
): WantedTarget<S> {
  const address = parseAddress(text)
  if (!address) throw new Error(`${text} is no address`)
  const { endpoint, credentials, database } = address
  return {
    address: formatEndpoint(endpoint),
    name: formatEndpoint(endpoint),
    endpoint,
    database,
    login: { from: text, read: async () => credentials },
    labels: {},
    settings,
    ...fields,
  }
}
