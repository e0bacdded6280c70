import type { HeldTarget } from '../poller/target-snapshots.ts'
import { formatEndpoint, parseAddress } from '../targets/address.ts'

/** What somebody calls a target, and what came of it. */
export type FoundTarget =
  | { readonly kind: 'found'; readonly target: HeldTarget }
  /** The text holds a user or a password, or may. */
  | { readonly kind: 'with user' }
  | { readonly kind: 'unknown'; readonly similar: readonly string[] }

export type FindTarget = (text: string) => FoundTarget

/** Gives the one of some names that was meant by a mistaken one; undefined where that would be a guess. */
export type NearestName = (given: string, known: readonly string[]) => string | undefined

interface Index {
  readonly of: readonly HeldTarget[]
  readonly byName: ReadonlyMap<string, HeldTarget>
  readonly byAddress: ReadonlyMap<string, HeldTarget>
  /** By host and port alone, without or with TLS. */
  readonly byPlace: ReadonlyMap<string, HeldTarget>
}

/**
 * Makes what finds the target that is meant by its name or by its address in any spelling, with or
 * without scheme; the number of a database in the address is not looked at, since one server is one
 * target. Nothing of a text that is no name is ever shown: it may hold a secret.
 */
export function createFindTarget(
  targets: () => readonly HeldTarget[],
  nearestName: NearestName,
): FindTarget {
  let index = indexOf([])

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

function indexOf(targets: readonly HeldTarget[]): Index {
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

function findAddress(
  { byAddress, byPlace }: Index,
  address: string,
  isExact: boolean,
): HeldTarget | undefined {
  const spelled = oneSpelling(address)
  return isExact ? byAddress.get(spelled) : byPlace.get(placeOf(spelled))
}

/** The nearest name, and whatever listens at the same place in another way. */
function similarTo(index: Index, text: string, nearestName: NearestName): readonly string[] {
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

/** An address as `formatEndpoint` writes it, in one spelling: hosts are the same in any case. */
function oneSpelling(address: string): string {
  if (address.startsWith('unix:')) return address
  const lower = address.toLowerCase()
  if (!lower.includes('[')) return lower
  // A URL holds no zone (fe80::1%eth0).
  return lower.replace(/\[([^\]%]+)(%[^\]]*)?\]/, (_host, ip: string, zone = '') => {
    return new URL(`http://[${ip}]`).hostname.replace(']', `${zone}]`)
  })
}

function placeOf(address: string): string {
  return address.startsWith('unix:') ? address : address.replace(/^rediss?:\/\//, '')
}
