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

/** How much text so many of them may hold together, in bytes. */
export function mostHeldBytes({ maxReplyBytes = defaultMaxReplyBytes }: Bounded, targets: number) {
  return Math.ceil(maxReplyBytes * (4 + targets / 8))
}

/** What is told of a target passes through this on its way to where it is held. */
export interface BoundTarget {
  readonly store: OpenTarget
  /** Why a snapshot of so many bytes is not held; undefined where it is. */
  readonly refuse: (bytes: number) => RedisError | undefined
  /** Holds nothing any more. */
  leave(): void
}

/** Bounds what a target holds. */
export type BindTarget = (address: string, store: OpenTarget) => BoundTarget

/** Bounds what targets hold together; `onFull` is told of each that does not fit. */
export function createBindTarget(most: number, onFull: (address: string) => void): BindTarget {
  const held = createHeldBytes(most)

  return (address, store) => {
    const share = held.share()
    function take(part: string, bytes: number): boolean {
      const fits = share.take(part, bytes)
      if (!fits) onFull(address)
      return fits
    }
    return {
      store: {
        ...store,
        publishSlow(collector, result) {
          if (take(collector, bytesOf(result))) store.publishSlow(collector, result)
        },
      },
      refuse: (bytes) => (take('the poll', bytes) ? undefined : full(most)),
      leave: share.leave,
    }
  }
}

function bytesOf({ families }: SlowResult): number {
  const bodies = [...families.values()].flatMap((family) => family.bodies)
  return bodies.reduce((sum, { plain }) => sum + plain.length, 0)
}

function full(most: number): RedisError {
  return redisError(
    'too_large',
    `with it, what is watched on demand would hold more than ${most} bytes; --scrape.max-targets or --redis.max-reply-bytes allows for more`,
  )
}
