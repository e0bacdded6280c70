import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout } from 'node:timers'

/** Carries a value through all that some work gives rise to: events, ticks, timers and promises. */
export interface RestingScope<T> {
  run<R>(value: T, work: () => R): R
  /** Runs what belongs to nobody. */
  exit<R>(work: () => R): R
  /** The value for whose sake we run. */
  value(): T | undefined
}

/**
 * A scope that rests while nothing runs in it: up to Node.js 22, from the first use on, a process looks
 * at each promise, tick and timer that anybody makes, for a tenth of a scrape. So it is in use for as
 * long as a promise of its work is open, and for a moment after whatever else it was used for; what goes
 * on behind that, such as an event, has to be run in it once more.
 */
export function createRestingScope<T>(momentMilliseconds = 1000): RestingScope<T> {
  const storage = new AsyncLocalStorage<T>()
  let open = 0
  let wasUsed = false
  let isWatched = false

  function use(): void {
    wasUsed = true
    if (!isWatched) storage.exit(watch)
  }

  function watch(): void {
    isWatched = true
    setTimeout(restUnlessUsed, momentMilliseconds).unref()
  }

  function restUnlessUsed(): void {
    isWatched = false
    if (open === 0 && !wasUsed) {
      storage.disable()
      return
    }
    wasUsed = false
    watch()
  }

  function close(): void {
    open -= 1
    use()
  }

  return {
    run(value, work) {
      use()
      const done = storage.run(value, work)
      if (done instanceof Promise) {
        open += 1
        done.then(close, close)
      }
      return done
    },
    exit: (work) => storage.exit(work),
    value() {
      const value = storage.getStore()
      if (value !== undefined) use()
      return value
    },
  }
}
