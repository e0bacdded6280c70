import dns from 'node:dns'
import type { LookupFunction } from 'node:net'
import { redisError } from './redis-error.ts'

/**
 * Looks up a name for a connection, which is made to what this gives and to nothing else. A name that
 * leads to any address that is not allowed leads nowhere.
 */
export function allowedLookup(isAllowed: (address: string) => boolean): LookupFunction {
  return (host, options, answer) => {
    dns.lookup(host, { ...options, all: true }, (failure, found) => {
      const [first] = found ?? []
      if (failure) answer(failure, [])
      else if (!first || !found.every(({ address }) => isAllowed(address))) answer(forbidden(), [])
      else if (options.all) answer(null, found)
      else answer(null, first.address, first.family)
    })
  }
}

function forbidden() {
  return redisError('connection', 'the name leads to an address that is not allowed')
}
