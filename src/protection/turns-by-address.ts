export interface TurnBounds {
  /** How much work may wait, of all addresses. */
  readonly waiting: number
  /** The same of one address. */
  readonly waitingOfOne: number
}

export interface TurnOptions extends TurnBounds {
  /** Whether an address comes after those that are not. */
  readonly isSuspect: (address: string) => boolean
}

/** A place among those that wait. */
export interface PlaceInTurns<T> {
  /** What the work gave; undefined when it lost its place. */
  readonly result: Promise<T | undefined>
  /** Gives the place up, unless the work is under way. */
  leave(): void
}

interface Waiting<T> {
  readonly work: () => Promise<T>
  readonly settle: (result: T | undefined) => void
}

/**
 * Has work done piece by piece, in turn by the addresses that want it. Where more waits than may, the
 * newest of the address with most gives way: so whoever comes with little to do always gets a place.
 */
export function createTurnsByAddress<T>({ waiting, waitingOfOne, isSuspect }: TurnOptions) {
  // In the order of their turns.
  const lines = new Map<string, Waiting<T>[]>()
  let count = 0
  let isBusy = false

  function remove(address: string, line: Waiting<T>[], one: Waiting<T>): boolean {
    const index = line.indexOf(one)
    if (index < 0) return false
    line.splice(index, 1)
    count -= 1
    if (line.length === 0) lines.delete(address)
    return true
  }

  function goOn(): void {
    if (isBusy) return
    const all = [...lines]
    const [address, line] = all.find(([one]) => !isSuspect(one)) ?? all[0] ?? []
    const first = line?.[0]
    if (address === undefined || !line || !first) return
    remove(address, line, first)
    // To the end of the turns.
    if (lines.delete(address)) lines.set(address, line)
    isBusy = true
    void first.work().then((result) => {
      isBusy = false
      first.settle(result)
      goOn()
    })
  }

  function dropOne(newcomer: string): void {
    const rank = ([address, line]: [string, Waiting<T>[]]) =>
      line.length + (isSuspect(address) ? waiting : 0)
    const own: [string, Waiting<T>[]] = [newcomer, lines.get(newcomer) ?? []]
    let fullest = own
    for (const one of lines) if (one[0] !== newcomer && rank(one) >= rank(fullest)) fullest = one
    const [address, line] = fullest
    const last = line.at(-1)
    if (!last) return
    remove(address, line, last)
    last.settle(undefined)
  }

  return {
    /** The work must not reject. Undefined where the address has as much waiting as it may. */
    take(address: string, work: () => Promise<T>): PlaceInTurns<T> | undefined {
      const line = lines.get(address) ?? []
      if (line.length >= waitingOfOne) return undefined
      let leave = () => {}
      const result = new Promise<T | undefined>((settle) => {
        const one = { work, settle }
        line.push(one)
        lines.set(address, line)
        count += 1
        leave = () => void (remove(address, line, one) && settle(undefined))
      })
      goOn()
      if (count > waiting) dropOne(address)
      return { result, leave }
    },
  }
}
