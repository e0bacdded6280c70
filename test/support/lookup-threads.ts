import dns, { type LookupAddress } from 'node:dns'

/** Where a name leads, and after how many milliseconds that is known; no address for nowhere. */
export interface Found {
  readonly address?: string
  readonly after: number
}

export interface LookupThreads extends Disposable {
  /** Stands for `dns.lookup`. */
  readonly lookup: typeof dns.lookup
  /** How many wait for a thread. */
  waiting(): number
}

type Answered = (failure: Error | null, found: LookupAddress[]) => void

/**
 * The threads of a process that look up names as the system does: so many at a time, in the order in
 * which they were asked for, and each to its end, whoever waits for that.
 */
export function createLookupThreads(find: (name: string) => Found, threads = 2): LookupThreads {
  const waiting: (() => void)[] = []
  const timers = new Set<NodeJS.Timeout>()
  let free = threads

  function next(): void {
    if (free === 0) return
    const begin = waiting.shift()
    if (!begin) return
    free -= 1
    begin()
  }

  function lookup(name: string, _options: object, answered: Answered): void {
    waiting.push(() => {
      const { address, after } = find(name)
      const timer = setTimeout(() => {
        timers.delete(timer)
        free += 1
        if (address === undefined) answered(nobodyAnswers(name), [])
        else answered(null, [{ address, family: 4 }])
        next()
      }, after)
      timers.add(timer)
    })
    next()
  }

  return {
    lookup: Object.assign(lookup, {
      __promisify__: dns.lookup.__promisify__,
    }) as typeof dns.lookup,
    waiting: () => waiting.length,
    [Symbol.dispose]() {
      waiting.length = 0
      for (const timer of timers) clearTimeout(timer)
    },
  }
}

// As getaddrinfo says it when the servers of the DNS said nothing.
function nobodyAnswers(name: string): Error {
  return Object.assign(new Error(`getaddrinfo EAI_AGAIN ${name}`), { code: 'EAI_AGAIN' })
}
