import type { LookupFunction } from 'node:net'
import type { NameGuard } from '../targets/address.ts'
import { redisError } from './redis-error.ts'

/** Of one connection. */
export interface AllowedLookup {
  readonly lookup: LookupFunction
  /** The connection is over: what it waits for is not looked up any more. */
  drop(): void
}

/**
 * Looks up a name for a connection, which is made to what this gives and to nothing else. A name that
 * leads to any address that is not allowed leads nowhere.
 */
export function allowedLookup({ mayLeadTo, lookUp }: NameGuard): AllowedLookup {
  let drop: () => void = () => undefined
  return {
    lookup(host, { all }, answer) {
      drop = lookUp(host, (failure, found) => {
        const [first] = found
        if (failure) answer(failure, [])
        else if (!first || !found.every(({ address }) => mayLeadTo(address)))
          answer(forbidden(), [])
        else if (all) answer(null, [...found])
        else answer(null, first.address, first.family)
      })
    },
    drop: () => drop(),
  }
}

function forbidden() {
  return redisError('connection', 'the name leads to an address that is not allowed')
}
