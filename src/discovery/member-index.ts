/** Tells to whom addresses belong, where there may be thousands of both. */
export interface MemberIndex<T> {
  /** These belong to the owner, and no others. */
  set(owner: T, addresses: readonly string[]): void
  remove(owner: T): void
  ownersOf(address: string): Iterable<T>
}

export function createMemberIndex<T>(): MemberIndex<T> {
  const members = new Map<T, readonly string[]>()
  const owners = new Map<string, Set<T>>()

  function remove(owner: T): void {
    for (const address of members.get(owner) ?? []) {
      const of = owners.get(address)
      of?.delete(owner)
      if (of?.size === 0) owners.delete(address)
    }
    members.delete(owner)
  }

  function add(owner: T, address: string): void {
    const of = owners.get(address)
    if (of) of.add(owner)
    else owners.set(address, new Set([owner]))
  }

  return {
    set(owner, addresses) {
      remove(owner)
      members.set(owner, addresses)
      for (const address of addresses) add(owner, address)
    },
    remove,
    ownersOf: (address) => owners.get(address) ?? [],
  }
}
