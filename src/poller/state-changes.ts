/** What can be known of a target when somebody asks. */
export type StateName = 'waiting' | 'up' | 'down' | 'stale'

/** That a target came into a state. */
export interface StateChange {
  readonly state: StateName
  /** In milliseconds since 1970. */
  readonly at: number
  /** Why, where it is not up. */
  readonly reason: string | undefined
}

/** The last changes of the state of a target, and of the reason for it. */
export interface StateChanges {
  note(change: StateChange): void
  /** The newest first. */
  all(): readonly StateChange[]
}

const mostChanges = 10

export function createStateChanges(): StateChanges {
  let changes: readonly StateChange[] = []
  return {
    note(change) {
      const [last] = changes
      if (last?.state === change.state && last.reason === change.reason) return
      changes = [change, ...changes].slice(0, mostChanges)
    },
    all: () => changes,
  }
}
