/** The addresses that several nodes of a cluster have, in order, with how many have each. */
export function sharedAddresses(
  addresses: ReadonlyMap<string, string>,
): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const address of addresses.values()) counts.set(address, (counts.get(address) ?? 0) + 1)
  const shared = [...counts].filter(([, count]) => count > 1)
  return new Map(shared.sort(([one], [other]) => (one < other ? -1 : 1)))
}

/** The address of each node, by its id, that no other one has: of others nobody knows who answers. */
export function ownAddresses(
  addresses: ReadonlyMap<string, string>,
  shared: ReadonlyMap<string, number> = sharedAddresses(addresses),
): ReadonlyMap<string, string> {
  if (shared.size === 0) return addresses
  return new Map([...addresses].filter(([, address]) => !shared.has(address)))
}

/** Of how many addresses it is told that several nodes have them. */
const mostTold = 5

/** What is wrong where nodes share addresses, and what to do; undefined where none do. */
export function sharedFailure(
  shared: ReadonlyMap<string, number>,
  isMapped: boolean,
): string | undefined {
  if (shared.size === 0) return undefined
  const told = [...shared].slice(0, mostTold).map(([address, count], index) => {
    const what = index === 0 ? `${count} nodes announce one address` : `${count} another`
    return `${what}, ${address}`
  })
  const more = shared.size - told.length
  const others = more > 0 ? `, and so do those of ${more} more` : ''
  const map = isMapped ? ', and let --discover.map lead to each by its own' : ''
  const remedy = `let each announce its own (cluster-announce-ip, -port or -hostname)${map}`
  return `${told.join(', ')}${others}: one of them at most is watched; ${remedy}`
}
