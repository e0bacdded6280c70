import type { RedisError } from './redis-error.ts'

/** Why a connection ended while nobody waited for a reply, for whoever asks for it next. */
export interface UnheardFailure {
  keep(cause: RedisError): void
  /** Throws what was kept, once. */
  throwKept(): void
  forget(): void
}

export function createUnheardFailure(): UnheardFailure {
  let kept: RedisError | undefined
  const forget = () => {
    kept = undefined
  }
  return {
    keep(cause) {
      kept = cause
    },
    throwKept() {
      const cause = kept
      forget()
      if (cause) throw cause
    },
    forget,
  }
}
