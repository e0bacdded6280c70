import { AsyncResource } from 'node:async_hooks'
import type { LookupFunction } from 'node:net'
import type { NameGuard } from '../targets/address.ts'
import type { LookUp } from '../targets/name-lookups.ts'
import { redisError } from './redis-error.ts'

/** Of one connection. */
export interface ConnectionLookup {
  readonly lookup: LookupFunction
  /** The connection is over: what it waits for is not looked up any more. */
  drop(): void
}

/**
 * Looks up a name for a connection, which is made to what this gives and to nothing else. Where there is
 * a guard, a name that leads to any address that is not allowed leads nowhere.
 */
export function connectionLookup(lookUp: LookUp, guard?: NameGuard): ConnectionLookup {
  let drop: () => void = () => undefined
  return {
    lookup(host, { all }, answer) {
      // Whoever waits for the same name is answered by one lookup, each on behalf of its own connection.
      const answered = AsyncResource.bind(answer)
      drop = lookUp(host, (failure, found) => {
        const [first] = found
        const isAllowed = !guard || found.every(({ address }) => guard.mayLeadTo(address))
        if (failure) answered(failure, [])
        else if (!first || !isAllowed) answered(forbidden(), [])
        else if (all) answered(null, [...found])
        else answered(null, first.address, first.family)
      })
    },
    drop: () => drop(),
  }
}

function forbidden() {
  return redisError('connection', 'the name leads to an address that is not allowed')
}
