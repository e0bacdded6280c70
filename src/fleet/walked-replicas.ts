import type { Topologies } from '../discovery/topologies.ts'

/** Chooses of the replicas of each master the one whose keys are looked at, all by their addresses. */
export interface WalkedReplicas {
  /**
   * Whether the keys of a replica are to be looked at now: no other one of its master comes first, of
   * those that are up to us or polled by another of several exporters. The others are told to leave.
   */
  claim(address: string): boolean
  /** Whether another one of its master comes first. */
  isFurther(address: string): boolean
  /** Calls back while the keys of the replica are looked at in another one, until it is forgotten. */
  onLeave(address: string, leave: () => void): void
  /** It was polled; `isOther` where it is up and was not, or the other way round. */
  notePoll(address: string, isOther: boolean): void
  forget(address: string): void
}

export interface WalkedReplicasOptions {
  readonly replicasBeside: Topologies<never>['replicasBeside']
  /** What the last poll of a target gave; undefined where we have not polled it. */
  readonly polled: (address: string) => Polled | undefined
  /** What is polled by others. */
  readonly elsewhere: () => readonly { readonly address: string }[]
}

interface Polled {
  readonly isUp: boolean
  readonly role: string
}

export function createWalkedReplicas(options: WalkedReplicasOptions): WalkedReplicas {
  const { replicasBeside, polled, elsewhere } = options
  const walking = new Map<string, () => void>()

  /** One that has become master meanwhile is not looked at. */
  function isUp(address: string): boolean {
    const last = polled(address)
    return last?.isUp === true && last.role !== 'master'
  }

  function comesAfter(address: string): boolean {
    const lists = replicasBeside(address)
    const first = lists.flatMap((replicas) => replicas.slice(0, replicas.indexOf(address)))
    if (first.some(isUp)) return true
    const unknown = new Set(first.filter((one) => !polled(one)))
    return unknown.size > 0 && elsewhere().some((one) => unknown.has(one.address))
  }

  function leaveIfAfter(address: string): void {
    const leave = walking.get(address)
    if (leave && comesAfter(address)) leave()
  }

  function othersBeside(address: string): readonly string[] {
    return replicasBeside(address).flatMap((all) => all.filter((one) => one !== address))
  }

  return {
    claim(address) {
      leaveIfAfter(address)
      if (comesAfter(address) || polled(address)?.isUp === false) return false
      // Also one that is down to us, whose walk waits for it to come back.
      if (isUp(address)) for (const one of othersBeside(address)) walking.get(one)?.()
      return true
    },
    isFurther: comesAfter,
    onLeave: (address, leave) => void walking.set(address, leave),
    notePoll(address, isOther) {
      // Before anybody can ask: it may be served again with what was found before it was lost.
      if (isOther && walking.size > 0) othersBeside(address).forEach(leaveIfAfter)
      leaveIfAfter(address)
    },
    forget: (address) => void walking.delete(address),
  }
}
