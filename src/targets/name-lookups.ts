import dns, { type LookupAddress } from 'node:dns'
import { lookupThreads } from './lookup-threads.ts'
import { createSlowNames, type Doubt, doubts, type SlowNames } from './slow-names.ts'

/** Told what a name leads to. */
export type LookedUp = (failure: Error | null, found: readonly LookupAddress[]) => void

/** Looks up a name; calls back once. What it gives back drops that: whoever asked is gone. */
export type LookUp = (host: string, answer: LookedUp) => () => void

/** As `dns.lookup` does it, which cannot be ended. */
export type LookUpAtOnce = (host: string, answer: LookedUp) => void

/** The lookups of one process, which share its threads. */
export interface NameLookups {
  /** For what is configured, and what belongs to that. */
  readonly configured: LookUp
  /** For what strangers ask for. */
  readonly strangers: LookUp
}

export interface NameLookupsOptions {
  /** How many lookups the process can have under way at once. */
  readonly threads?: number
  readonly lookUpNow?: LookUpAtOnce
}

// Called by its name, so that whoever replaces it for a test is asked. The hint is the one that Node
// gives when it connects to a name by itself.
const bySystem: LookUpAtOnce = (host, answer) => {
  dns.lookup(host, { all: true, hints: dns.ADDRCONFIG }, (failure, found) =>
    answer(failure, found ?? []),
  )
}

/** Waits for nobody. */
export const lookUpBySystem: LookUp = (host, answer) => {
  bySystem(host, answer)
  return () => undefined
}

const slowMilliseconds = 1000

interface Asked {
  readonly answers: Set<LookedUp>
  isUnderWay: boolean
}

/** What is waited for on behalf of some, by name. */
interface Line {
  readonly asked: Map<string, Asked>
  readonly slowNames: SlowNames
}

interface Candidate {
  readonly line: Line
  readonly host: string
  readonly asked: Asked
  readonly doubt: Doubt
}

/**
 * Looks up names, as many at a time as there are threads for. The system's lookup holds one of these
 * until it has an answer, also when nobody waits for that any more: a hundred names whose servers are
 * silent would hold all for minutes, and with them the names of all other targets. So a name that was
 * slow, and one of a stranger, waits until no other one does, and leaves a thread to the others; of
 * strangers one is looked up at a time. Whoever asks for the same name meanwhile is told by the same
 * lookup; nothing is kept beyond that, since names are moved.
 */
export function createNameLookups(options: NameLookupsOptions = {}): NameLookups {
  const { threads = lookupThreads(undefined), lookUpNow = bySystem } = options
  const mostDoubtful = Math.max(1, threads - 1)
  const configured: Line = { asked: new Map(), slowNames: createSlowNames() }
  const strangers: Line = { asked: new Map(), slowNames: createSlowNames() }
  const underWay = new Set<Candidate>()
  let lastDoubtful = configured

  function isDoubtful({ line, host }: Candidate): boolean {
    return line === strangers || line.slowNames.doubtOf(host) !== 'none'
  }

  function choose(): Candidate | undefined {
    if (underWay.size >= threads) return undefined
    const ours = leastDoubtful(configured)
    if (ours?.doubt === 'none') return ours
    const running = [...underWay].filter(isDoubtful)
    if (running.length >= mostDoubtful) return undefined
    const isStrangerUnderWay = running.some(({ line }) => line === strangers)
    const theirs = isStrangerUnderWay ? undefined : leastDoubtful(strangers)
    // By turns, so that neither waits for all that the others ask for.
    const chosen = (lastDoubtful === configured ? theirs : ours) ?? ours ?? theirs
    if (chosen) lastDoubtful = chosen.line
    return chosen
  }

  function next(): void {
    for (let chosen = choose(); chosen; chosen = choose()) start(chosen)
  }

  function start(chosen: Candidate): void {
    const { line, host, asked } = chosen
    let isSlow = false
    const noteSlow = setTimeout(() => {
      isSlow = true
      line.slowNames.note(host, true)
    }, slowMilliseconds).unref()
    asked.isUnderWay = true
    underWay.add(chosen)
    lookUpNow(host, (failure, found) => {
      clearTimeout(noteSlow)
      line.slowNames.note(host, isSlow)
      line.asked.delete(host)
      underWay.delete(chosen)
      next()
      for (const answer of asked.answers) answer(failure, found)
    })
  }

  function lookUpIn({ asked: all }: Line): LookUp {
    return (host, answer) => {
      const asked = all.get(host) ?? { answers: new Set(), isUnderWay: false }
      all.set(host, asked)
      asked.answers.add(answer)
      next()
      return () => {
        asked.answers.delete(answer)
        const isOver = asked.answers.size === 0 && !asked.isUnderWay
        if (isOver && all.get(host) === asked) all.delete(host)
      }
    }
  }

  return { configured: lookUpIn(configured), strangers: lookUpIn(strangers) }
}

/** The first of those that wait of which least is to be feared. */
function leastDoubtful(line: Line): Candidate | undefined {
  let least: Candidate | undefined
  for (const [host, asked] of line.asked) {
    if (asked.isUnderWay) continue
    const doubt = line.slowNames.doubtOf(host)
    if (doubt === 'none') return { line, host, asked, doubt }
    if (!least || doubts.indexOf(doubt) < doubts.indexOf(least.doubt))
      least = { line, host, asked, doubt }
  }
  return least
}
