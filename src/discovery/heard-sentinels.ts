import type { Clock } from '../clock.ts'
import type { RedisError } from '../redis/redis-error.ts'
import { groupsOf, type Sight, watchersOf } from './sentinel-groups.ts'
import type { SentinelAnswer } from './sentinel-targets.ts'
import type { SeenMaster } from './sentinel-view.ts'
import { sharedIds, toldApart } from './twin-sentinels.ts'

/** What a Sentinel said last. */
export interface Heard<S> {
  /** In full: it tells who knows whom. */
  readonly said: SentinelAnswer<S>
  /** What of it counts. */
  readonly answer: SentinelAnswer<S>
  /** Since when it does not answer, by the monotonic clock; undefined while it does. */
  readonly silentSince: number | undefined
}

export interface HeardSentinelsOptions<S> {
  /** For how long holds what one said last once it does not answer. */
  readonly maximumAgeMilliseconds: number
  /** By the addresses of Sentinels. */
  readonly before: ReadonlyMap<string, Heard<S>> | undefined
  readonly clock: Pick<Clock, 'monotonic'>
}

/** What counts of all that Sentinels said. */
export interface Recalled<S> {
  /** What those said that answer. */
  readonly answering: readonly SentinelAnswer<S>[]
  /** What only those named that do not answer, and still holds. */
  readonly kept: readonly SentinelAnswer<S>[]
  /** The same, of those that do not answer for too long. */
  readonly over: readonly SentinelAnswer<S>[]
  /** Why the first of those does not answer that do not; undefined where that is not known. */
  readonly error: RedisError | undefined
  /** The names of those that have the id of another one; in all that counts they are told apart. */
  readonly sharing: readonly string[]
}

/** Remembers what Sentinels said, by their addresses. */
export interface HeardSentinels<S> {
  answered(address: string, answer: SentinelAnswer<S>): void
  /** Whether that changes what counts. */
  failed(address: string, error: RedisError): boolean
  /** Forgets all others. */
  keepTo(addresses: ReadonlySet<string>): void
  /** What counts now, in this order. */
  recall(addresses: Iterable<string>): Recalled<S>
  all(): ReadonlyMap<string, Heard<S>>
}

interface Remembered<S> extends Heard<S> {
  /** After how many other answers it was heard. */
  readonly place: number
  /** Masters that it named before, with the place from which on it did not. */
  readonly dropped: ReadonlyMap<SeenMaster, number>
}

/**
 * Who does not answer counts by what it said last, for a bounded time, and of that by those masters alone
 * that no other of its deployment names that does answer: whoever answers knows better, also that a master
 * was removed.
 */
export function createHeardSentinels<S>(options: HeardSentinelsOptions<S>): HeardSentinels<S> {
  const { maximumAgeMilliseconds, clock } = options
  const failures = new Map<string, RedisError>()
  const heard = new Map<string, Remembered<S>>()
  let place = 0
  for (const [address, one] of options.before ?? [])
    heard.set(address, { ...one, place, dropped: new Map() })
  let shared = sharedIds(
    [...heard.values()],
    new Set([...heard.values()].map(({ said }) => said.id)),
  )

  /** Forgets of those that are silent what others of their deployments know better. */
  function forgetKnownBetter(): void {
    const all = [...heard.values()]
    if (!all.some(isMissed)) return
    for (const { members } of groupsOf(all.map((one) => toldApart(saidOf(one), shared)))) {
      const missed = members
        .flatMap(({ target }) => heard.get(target.address) ?? [])
        .filter(isMissed)
      const names = new Set(missed.flatMap(({ answer }) => answer.masters.map(nameOf)))
      for (const [name, sights] of sightsOf(members, names))
        for (const watchers of watchersOf(sights)) forgetKnownTo(name, watchers)
    }
  }

  /** Forgets a master where one that watches it with those that are silent answers, and knows better. */
  function forgetKnownTo(name: string, sights: readonly Sight<S>[]): void {
    const group = sights.flatMap(({ target }) => heard.get(target.address) ?? [])
    const answering = group.filter(isAnswering)
    const isNamed = answering.some(({ answer }) => answer.masters.some((one) => one.name === name))
    const removed = answering.flatMap(({ dropped }) =>
      [...dropped].flatMap(([master, from]) => (master.name === name ? from : [])),
    )
    for (const one of group.filter(isMissed))
      if (isNamed || removed.some((from) => from > one.place)) forgetMasters(one, new Set([name]))
  }

  function forgetMasters({ answer, ...one }: Remembered<S>, names: ReadonlySet<string>): void {
    const masters = answer.masters.filter(({ name }) => !names.has(name))
    heard.set(answer.target.address, { ...one, answer: { ...answer, masters } })
  }

  /** That a master was dropped is of interest while one that was heard before that names it. */
  function forgetDropped(): void {
    for (const [address, one] of heard) {
      if (one.dropped.size === 0) continue
      const isNamed = ({ name }: SeenMaster, from: number) =>
        [...heard.values()].some(
          ({ place, answer }) =>
            place < from && answer.masters.some((other) => other.name === name),
        )
      const dropped = new Map([...one.dropped].filter(([master, from]) => isNamed(master, from)))
      heard.set(address, { ...one, dropped })
    }
  }

  return {
    answered(address, answer) {
      failures.delete(address)
      place += 1
      const before = heard.get(address)
      const names = new Set(answer.masters.map(nameOf))
      const dropped = new Map(before?.dropped)
      for (const master of before?.answer.masters ?? []) dropped.set(master, place)
      for (const master of dropped.keys()) if (names.has(master.name)) dropped.delete(master)
      heard.set(address, { said: answer, answer, silentSince: undefined, place, dropped })
    },
    failed(address, error) {
      failures.set(address, error)
      const before = heard.get(address)
      if (!before || !isAnswering(before)) return false
      heard.set(address, { ...before, silentSince: clock.monotonic() })
      return true
    },
    keepTo(addresses) {
      for (const all of [heard, failures])
        for (const address of all.keys()) if (!addresses.has(address)) all.delete(address)
    },
    recall(addresses) {
      shared = sharedIds([...heard.values()], shared)
      forgetKnownBetter()
      forgetDropped()
      const order = [...addresses]
      const all = order.flatMap((address) => heard.get(address) ?? [])
      const missed = all.filter(isMissed)
      const holds = ({ silentSince = 0 }: Heard<S>) =>
        clock.monotonic() - silentSince <= maximumAgeMilliseconds
      const apart = (answer: SentinelAnswer<S>) => toldApart(answer, shared)
      const missing = [...missed.map(({ answer }) => answer.target.address), ...order]
      return {
        answering: all.filter(isAnswering).map(({ answer }) => apart(answer)),
        kept: missed.filter(holds).map(silentAnswer).map(apart),
        over: missed
          .filter((one) => !holds(one))
          .map(silentAnswer)
          .map(apart),
        error: missing.flatMap((address) => failures.get(address) ?? [])[0],
        sharing: all.flatMap(({ said }) => (shared.has(said.id) ? said.target.name : [])),
      }
    },
    all: () => heard,
  }
}

function silentAnswer<S>({ answer }: Heard<S>): SentinelAnswer<S> {
  return { ...answer, isSilent: true }
}

function isAnswering<S>({ silentSince }: Heard<S>): boolean {
  return silentSince === undefined
}

/** Whether it named what no other names that answers. */
function isMissed<S>(one: Heard<S>): boolean {
  return !isAnswering(one) && one.answer.masters.length > 0
}

/** What it says, with what it said before. */
function saidOf<S>({ said, dropped }: Remembered<S>): SentinelAnswer<S> {
  return dropped.size > 0 ? { ...said, masters: [...said.masters, ...dropped.keys()] } : said
}

/** What these see of masters of these names. */
function sightsOf<S>(
  answers: readonly SentinelAnswer<S>[],
  names: ReadonlySet<string>,
): ReadonlyMap<string, readonly Sight<S>[]> {
  const sights = new Map<string, Sight<S>[]>([...names].map((name) => [name, []]))
  for (const { id, target, masters } of answers)
    for (const master of masters) sights.get(master.name)?.push({ id, target, master })
  return sights
}

function nameOf({ name }: SeenMaster): string {
  return name
}
