/** Which names took long to look up. */
export interface SlowNames {
  /**
   * `slow` where the name was so the last time; `suspect` where it was never looked up, and the last one
   * of its domain was slow.
   */
  doubtOf(host: string): Doubt
  note(host: string, isSlow: boolean): void
}

/** From the least to the most. */
export const doubts = ['none', 'suspect', 'slow'] as const

export type Doubt = (typeof doubts)[number]

/** So many names are remembered; then all are forgotten. */
const mostNames = 10_000

/**
 * Remembers how long names took. Servers of the DNS fall silent for whole domains: of a hundred names of
 * one, the first says what to think of the others.
 */
export function createSlowNames(): SlowNames {
  const isSlow = new Map<string, boolean>()
  const slowDomains = new Set<string>()

  return {
    doubtOf(host) {
      const known = isSlow.get(host)
      if (known !== undefined) return known ? 'slow' : 'none'
      return slowDomains.has(domainOf(host)) ? 'suspect' : 'none'
    },
    note(host, slow) {
      if (isSlow.size >= mostNames && !isSlow.has(host)) {
        isSlow.clear()
        slowDomains.clear()
      }
      isSlow.set(host, slow)
      if (slow) slowDomains.add(domainOf(host))
      else slowDomains.delete(domainOf(host))
    },
  }
}

/** Empty for a name of one word: where those are looked up is the same for all. */
function domainOf(host: string): string {
  const dot = host.indexOf('.')
  return dot < 0 ? '' : host.slice(dot + 1)
}
