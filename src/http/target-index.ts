import type { HeldTarget } from '../poller/target-snapshots.ts'
import { formatEndpoint, parseAddress } from '../targets/address.ts'
import { oneSpelling } from '../targets/one-spelling.ts'

/** What somebody calls a target, and what came of it. */
export type FoundTarget<T = HeldTarget> =
  | { readonly kind: 'found'; readonly target: T }
  /** The text holds a user or a password, or may. */
  | { readonly kind: 'with user' }
  | { readonly kind: 'unknown'; readonly similar: readonly string[] }

export type FindTarget<T = HeldTarget> = (text: string) => FoundTarget<T>

type Named = Pick<HeldTarget, 'name' | 'address'>

/** Gives the one of some names that was meant by a mistaken one; undefined where that would be a guess. */
export type NearestName = (given: string, known: readonly string[]) => string | undefined

interface Index<T> {
  readonly of: readonly T[]
  readonly byName: ReadonlyMap<string, T>
  readonly byAddress: ReadonlyMap<string, T>
  /** By host and port alone, without or with TLS. */
  readonly byPlace: ReadonlyMap<string, T>
}

/**
 * Makes what finds the target that is meant by its name or by its address in any spelling, with or
 * without scheme; the number of a database in the address is not looked at, since one server is one
 * target. Nothing of a text that is no name is ever shown: it may hold a secret.
 */
export function createFindTarget<T extends Named>(
  targets: () => readonly T[],
  nearestName: NearestName,
): FindTarget<T> {
  let index = indexOf<T>([])

  return (text) => {
    const all = targets()
    if (index.of !== all) index = indexOf(all)
    const target = index.byName.get(text)
    if (target) return { kind: 'found', target }
    const address = parseAddress(text)
    if (address?.credentials.user !== undefined || address?.credentials.password !== undefined)
      return { kind: 'with user' }
    if (!address && text.includes('@')) return { kind: 'with user' }
    const found = address && findAddress(index, formatEndpoint(address.endpoint), hasScheme(text))
    if (found) return { kind: 'found', target: found }
    return {
      kind: 'unknown',
      // When it is asked for: where others than these may be meant, that is seldom.
      get similar() {
        return similarTo(index, text, nearestName)
      },
    }
  }
}

function indexOf<T extends Named>(targets: readonly T[]): Index<T> {
  const keyed = targets.map((target) => ({ target, address: oneSpelling(target.address) }))
  return {
    of: targets,
    byName: new Map(targets.map((target) => [target.name, target])),
    byAddress: new Map(keyed.map(({ target, address }) => [address, target])),
    // Of the same place with and without TLS, the one without comes last and counts, as in an address.
    byPlace: new Map(
      [...keyed]
        .sort((one, other) => (one.address > other.address ? -1 : 1))
        .map(({ target, address }) => [placeOf(address), target]),
    ),
  }
}

function findAddress<T>(
  { byAddress, byPlace }: Index<T>,
  address: string,
  isExact: boolean,
): T | undefined {
  const spelled = oneSpelling(address)
  return isExact ? byAddress.get(spelled) : byPlace.get(placeOf(spelled))
}

/** The nearest name, and whatever listens at the same place in another way. */
function similarTo(index: Index<Named>, text: string, nearestName: NearestName): readonly string[] {
  if (text.length > longestCompared) return []
  const address = parseAddress(text)
  const beside =
    address && index.byPlace.get(placeOf(oneSpelling(formatEndpoint(address.endpoint))))
  if (beside) return [beside.address]
  const name = nearestName(text, comparable(index.byName.keys(), text))
  if (name !== undefined) return [name]
  const spelled = address ? oneSpelling(formatEndpoint(address.endpoint)) : text
  const nearest = nearestName(spelled, comparable(index.byAddress.keys(), spelled))
  const similar = nearest === undefined ? undefined : index.byAddress.get(nearest)?.address
  return similar === undefined ? [] : [similar]
}

// To compare takes time that grows with the length, for each name that is known.
const longestCompared = 300
const mostCompared = 1000

/** Those of some names that a text may be meant for, by their lengths: it may be a part of one. */
function comparable(names: Iterable<string>, { length }: string): readonly string[] {
  const some: string[] = []
  for (const name of names) {
    if (some.length === mostCompared) break
    if (name.length >= length - Math.max(2, length / 6) && name.length <= length * 2.5)
      some.push(name)
  }
  return some
}

function hasScheme(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text)
}

function placeOf(address: string): string {
  return address.startsWith('unix:') ? address : address.replace(/^rediss?:\/\//, '')
}
