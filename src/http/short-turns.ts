import { setImmediate } from 'node:timers'

// One is answered in some 0.1 ms of processor time, and a turn is to take no more than 20.
const answersInOneTurn = 32

/**
 * Bounds the requests that are answered in one turn of the event loop, in which as many may come as there
 * are connections: those that are more wait for the next turns, in the order in which they came, and
 * what else is to be done is done in between.
 */
export function createShortTurns(most = answersInOneTurn) {
  const waiting: (() => void)[] = []
  let left = most
  let isTurnAwaited = false

  // Another round of the event loop for each request would cost more than much else of it.
  function awaitTurn(): void {
    if (isTurnAwaited || (waiting.length === 0 && left > most / 2)) return
    isTurnAwaited = true
    setImmediate(() => {
      isTurnAwaited = false
      left = most
      for (let next = waiting.shift(); next; next = left > 0 ? waiting.shift() : undefined) next()
      awaitTurn()
    })
  }

  return <T>(answer: () => T | Promise<T>): T | Promise<T> => {
    if (left > 0 && waiting.length === 0) {
      left -= 1
      awaitTurn()
      return answer()
    }
    return new Promise((resolve, reject) => {
      waiting.push(() => {
        left -= 1
        try {
          resolve(answer())
        } catch (failure) {
          reject(failure)
        }
      })
    })
  }
}
