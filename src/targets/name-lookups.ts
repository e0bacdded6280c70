import dns, { type LookupAddress } from 'node:dns'

/** Told what a name leads to. */
export type LookedUp = (failure: Error | null, found: readonly LookupAddress[]) => void

/** Looks up a name; calls back once. What it gives back drops that: whoever asked is gone. */
export type LookUp = (host: string, answer: LookedUp) => () => void

/** As `dns.lookup` does it, which cannot be ended. */
export type LookUpAtOnce = (host: string, answer: LookedUp) => void

// Called by its name, so that whoever replaces it for a test is asked.
const bySystem: LookUpAtOnce = (host, answer) => {
  dns.lookup(host, { all: true }, (failure, found) => answer(failure, found ?? []))
}

const slowMilliseconds = 1000

/** So many names are remembered as slow; then all are forgotten. */
const mostSlow = 10_000

/**
 * Looks up names of strangers one at a time, however many ask. The system's lookup holds one of the two
 * threads that a process has for lookups until it has an answer, also when nobody waits for that any
 * more: a hundred names whose servers are slow would hold both for minutes, and with them the names of
 * all other targets. A name that was slow before waits until no other one does.
 */
export function createNameLookups(lookUpNow: LookUpAtOnce = bySystem): LookUp {
  const waiting = new Map<string, Set<LookedUp>>()
  const slow = new Set<string>()
  let isUnderWay = false

  function next(): void {
    if (isUnderWay) return
    const [first] = waiting.keys()
    const host = [...waiting.keys()].find((name) => !slow.has(name)) ?? first
    if (host === undefined) return
    isUnderWay = true
    const noteSlow = setTimeout(() => {
      if (slow.size >= mostSlow) slow.clear()
      slow.add(host)
    }, slowMilliseconds).unref()
    slow.delete(host)
    lookUpNow(host, (failure, found) => {
      clearTimeout(noteSlow)
      const answers = waiting.get(host) ?? []
      waiting.delete(host)
      isUnderWay = false
      next()
      for (const answer of answers) answer(failure, found)
    })
  }

  return (host, answer) => {
    const answers = waiting.get(host) ?? new Set()
    waiting.set(host, answers.add(answer))
    next()
    return () => {
      answers.delete(answer)
      if (answers.size === 0 && waiting.get(host) === answers) waiting.delete(host)
    }
  }
}
