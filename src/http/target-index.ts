import type { HeldTarget } from '../poller/target-snapshots.ts'
import { formatEndpoint, parseAddress } from '../targets/address.ts'
import type { AddressIndex } from '../targets/address-index.ts'
import { oneSpelling } from '../targets/one-spelling.ts'
import { targetAt } from '../targets/target-at.ts'

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

/**
 * Makes what finds the target that is meant by its name or by its address in any spelling, with or
 * without scheme. A name that reads as the address of another target leads to that one, so that whoever
 * asks by an address is served no other server. Nothing of a text that is no name is ever shown: it may
 * hold a secret.
 */
export function createFindTarget<T extends Named>(
  targets: () => AddressIndex<T>,
  nearestName: NearestName,
): FindTarget<T> {
  return (text) => {
    const index = targets()
    const named = index.named(text)
    // Two may have one address in different spellings.
    if (named?.address === text) return { kind: 'found', target: named }
    const isWithUser = holdsUser(text)
    const target = (isWithUser ? undefined : targetAt(index, text)) ?? named
    if (target) return { kind: 'found', target }
    if (isWithUser) return { kind: 'with user' }
    return {
      kind: 'unknown',
      // When it is asked for: where others than these may be meant, that is seldom.
      get similar() {
        return similarTo(index, text, nearestName)
      },
    }
  }
}

/** The nearest name, and whatever listens at the same place in another way. */
function similarTo(
  index: AddressIndex<Named>,
  text: string,
  nearestName: NearestName,
): readonly string[] {
  if (text.length > longestCompared) return []
  const address = parseAddress(text)
  const beside = address && index.at(formatEndpoint(address.endpoint), false)
  if (beside) return [beside.address]
  const name = nearestName(text, comparable(index.names(), text))
  if (name !== undefined) return [name]
  const spelled = address ? oneSpelling(formatEndpoint(address.endpoint)) : text
  const nearest = nearestName(spelled, comparable(index.addresses(), spelled))
  const similar = nearest === undefined ? undefined : index.at(nearest, true)?.address
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

/** Whether there is a user or a password in a text, or may be. */
function holdsUser(text: string): boolean {
  const address = parseAddress(text)
  if (!address) return text.includes('@')
  const { user, password } = address.credentials
  return user !== undefined || password !== undefined
}
