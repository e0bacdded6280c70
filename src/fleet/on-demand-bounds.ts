import { bodiesOf } from '../metrics/family-lines.ts'
import { createHeldBytes } from '../poller/held-bytes.ts'
import type { OpenTarget } from '../poller/snapshot-store.ts'
import type { SlowResult } from '../poller/target-snapshots.ts'
import { defaultMaxReplyBytes } from '../redis/connection-limits.ts'
import { type RedisError, redisError } from '../redis/redis-error.ts'

/** What bounds one target, by the names of the options. */
interface Bounded {
  readonly maxReplyBytes?: number
  readonly maxSeries: number
}

/** Of what a configured target may, as fractions: a stranger's choice of servers is no trusted one. */
const shareOfReplies = 1 / 4
const shareOfSeries = 1 / 20

/** The settings of a target that a stranger chose: it may tell less than one that is configured. */
export function boundSettings<S extends Bounded>(settings: S): S {
  const { maxReplyBytes = defaultMaxReplyBytes, maxSeries } = settings
  return {
    ...settings,
    maxReplyBytes: Math.ceil(maxReplyBytes * shareOfReplies),
    maxSeries: Math.ceil(maxSeries * shareOfSeries),
  }
}

/** What all of so many targets may hold, and each whatever the others do, in bytes of text. */
export interface MostHeld {
  readonly inAll: number
  readonly ofEach: number
}

/** Half of it is for those that hold more than their share. */
export function mostHeld(
  { maxReplyBytes = defaultMaxReplyBytes }: Bounded,
  targets: number,
): MostHeld {
  const inAll = Math.ceil(maxReplyBytes * (2 + targets / 16))
  return { inAll, ofEach: Math.floor(inAll / 2 / targets) }
}

/** What is told of a target passes through this on its way to where it is held. */
export interface BoundTarget {
  readonly store: OpenTarget
  /** Why a snapshot of so many bytes is not held; undefined where it is. */
  readonly refuse: (bytes: number) => RedisError | undefined
  /** It could not be read, since others were. */
  leftOut(): void
  /** Holds nothing any more. */
  leave(): void
}

/** Bounds what a target holds. */
export type BindTarget = (address: string, store: OpenTarget) => BoundTarget

/** Bounds what targets hold together. */
export interface OnDemandBounds {
  readonly bind: BindTarget
  /** Whether the last poll of the target gave more than could be held, or was left out for others. */
  isTurnedAway(address: string): boolean
}

/** `onTurnedAway` is told of each that does not fit, and each time. */
export function createOnDemandBounds(
  most: MostHeld,
  onTurnedAway: (address: string) => void,
): OnDemandBounds {
  const held = createHeldBytes(most.inAll / 2, most.ofEach)
  const turnedAway = new Set<string>()

  function bind(address: string, store: OpenTarget): BoundTarget {
    const share = held.share()
    let isRefused = false
    function refuse(bytes: number): RedisError | undefined {
      if (share.take(poll, bytes)) return undefined
      // What is held of its last poll goes with this one.
      share.take(poll, 0)
      isRefused = true
      turnAway()
      return full(most.inAll)
    }
    function turnAway(): void {
      turnedAway.add(address)
      onTurnedAway(address)
    }
    return {
      store: {
        ...store,
        publish(snapshot) {
          if (!isRefused) turnedAway.delete(address)
          isRefused = false
          store.publish(snapshot)
        },
        publishSlow(collector, result) {
          if (share.take(collector, bytesOf(result))) store.publishSlow(collector, result)
          else onTurnedAway(address)
        },
        withdrawSlow(collectors) {
          for (const one of collectors) share.take(one, 0)
          store.withdrawSlow(collectors)
        },
      },
      refuse,
      leftOut: turnAway,
      leave() {
        turnedAway.delete(address)
        share.leave()
      },
    }
  }

  return { bind, isTurnedAway: (address) => turnedAway.has(address) }
}

/** The part of what is held that is of the last poll; no collector is called so. */
const poll = 'the poll'

function bytesOf({ families }: SlowResult): number {
  return bodiesOf(families).reduce((sum, { plainLength }) => sum + plainLength, 0)
}

function full(most: number): RedisError {
  return redisError(
    'too_large',
    `with it, what is watched on demand would hold more than ${most} bytes; --scrape.max-targets or --redis.max-reply-bytes allows for more`,
  )
}
