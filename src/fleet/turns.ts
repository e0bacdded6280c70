/** Lets so many work at a time; the others wait, and whoever came first is the first to go on. */
export interface Turns {
  /** A turn of somebody, taken and given back as often as needed. */
  turn(signal: AbortSignal): Turn
  /** Whether anybody waits. */
  isWaitedFor(): boolean
}

export interface Turn {
  /** Resolves when it is the turn of whoever asks, at once where it is already; never once aborted. */
  take(): Promise<void>
  /** Lets the next one go on; whoever has no turn gives none. */
  give(): void
}

export function createTurns(most: number): Turns {
  const waiting = new Set<() => void>()
  let taken = 0

  function next(): void {
    const [first] = waiting
    if (!first || taken >= most) return
    waiting.delete(first)
    taken += 1
    first()
  }

  function turn(signal: AbortSignal): Turn {
    let isMine = false
    let asked: Promise<void> | undefined
    let leave: () => void = () => undefined

    function give(): void {
      if (!isMine) return
      isMine = false
      asked = undefined
      taken -= 1
      next()
    }

    signal.addEventListener('abort', () => {
      leave()
      give()
    })

    return {
      take() {
        if (signal.aborted) return new Promise(() => undefined)
        asked ??= new Promise((resolve) => {
          const go = () => {
            isMine = true
            resolve()
          }
          leave = () => void waiting.delete(go)
          waiting.add(go)
          next()
        })
        return asked
      },
      give,
    }
  }

  return { turn, isWaitedFor: () => waiting.size > 0 }
}

/**
 * Turns of a group among all: its members wait for each other first, so many at a time go on to wait
 * with the others. However many they are, they hold up nobody else for longer.
 */
export function createTurnsOfGroup(all: Turns, most: number): Turns {
  const own = createTurns(most)

  function turn(signal: AbortSignal): Turn {
    const [first, second] = [own.turn(signal), all.turn(signal)]
    let isMine = false
    let asked: Promise<void> | undefined

    async function takeBoth(): Promise<void> {
      await first.take()
      await second.take()
      isMine = true
    }

    return {
      take() {
        asked ??= takeBoth()
        return asked
      },
      // Whoever has but the first of the two still waits, and gives none.
      give() {
        if (!isMine) return
        isMine = false
        asked = undefined
        second.give()
        first.give()
      },
    }
  }

  return { turn, isWaitedFor: own.isWaitedFor }
}
