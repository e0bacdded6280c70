import type { Clock } from '../clock.ts'
import type { ConfiguredAddress } from '../config/read-config.ts'
import { formatEndpoint } from '../targets/address.ts'
import { identityOf } from '../targets/one-spelling.ts'
import type { Source } from './source.ts'

/** The addresses of the configuration, which are wanted for as long as we run. */
export function createConfiguredAddresses<S>(
  addresses: readonly ConfiguredAddress[],
  settings: S,
  clock: Pick<Clock, 'wall'>,
): Source<S> {
  const wanted = addresses.map(({ address: { endpoint, database }, login }) => {
    const address = identityOf(endpoint)
    return {
      address,
      name: formatEndpoint(endpoint),
      endpoint,
      database,
      login,
      labels: {},
      settings,
    }
  })
  const state = { failure: undefined, lastSuccess: clock.wall() }
  return {
    name: 'addresses',
    wanted: () => wanted,
    onChange: () => () => undefined,
    state: () => state,
    stop: () => undefined,
  }
}
