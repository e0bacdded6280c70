import { oneSpelling } from './one-spelling.ts'

interface Named {
  readonly name: string
  readonly address: string
}

/** Finds targets by their names and addresses, whatever their number, while they come and go. */
export interface AddressIndex<T extends Named> {
  add(target: T): void
  remove(target: T): void
  readonly size: number
  named(name: string): T | undefined
  /** By an address in any spelling; without its scheme where that is not `exact`. */
  at(address: string, exact: boolean): T | undefined
  names(): Iterable<string>
  /** In one spelling each. */
  addresses(): Iterable<string>
}

export function createAddressIndex<T extends Named>(targets: Iterable<T> = []): AddressIndex<T> {
  const byName = new Map<string, T>()
  /** Two may have one address in different spellings; the one that came last counts. */
  const byAddress = new Map<string, readonly T[]>()
  /** The addresses at a host and port: with and without TLS. */
  const byPlace = new Map<string, readonly string[]>()

  function add(target: T): void {
    const address = oneSpelling(target.address)
    const known = byAddress.get(address)
    byName.set(target.name, target)
    byAddress.set(address, [...(known ?? []), target])
    if (known) return
    const place = placeOf(address)
    // The one without TLS comes first and counts, as in an address.
    byPlace.set(place, [...(byPlace.get(place) ?? []), address].sort())
  }

  function remove(target: T): void {
    const address = oneSpelling(target.address)
    const others = byAddress.get(address)?.filter((one) => one !== target) ?? []
    if (byName.get(target.name) === target) byName.delete(target.name)
    if (others.length > 0) byAddress.set(address, others)
    else removeAddress(address)
  }

  function removeAddress(address: string): void {
    const place = placeOf(address)
    const others = byPlace.get(place)?.filter((one) => one !== address) ?? []
    byAddress.delete(address)
    if (others.length > 0) byPlace.set(place, others)
    else byPlace.delete(place)
  }

  for (const target of targets) add(target)
  return {
    add,
    remove,
    get size() {
      return byName.size
    },
    named: (name) => byName.get(name),
    at(address, exact) {
      const spelled = oneSpelling(address)
      const found = exact ? spelled : byPlace.get(placeOf(spelled))?.[0]
      return found === undefined ? undefined : byAddress.get(found)?.at(-1)
    },
    names: () => byName.keys(),
    addresses: () => byAddress.keys(),
  }
}

function placeOf(address: string): string {
  return address.startsWith('unix:') ? address : address.replace(/^rediss?:\/\//, '')
}
