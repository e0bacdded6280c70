import { oneSpelling } from './one-spelling.ts'
import { mixed, stableHash } from './stable-hash.ts'

/** One of several exporters that have the same configuration and share its targets. */
export interface Shard {
  /** From 0. */
  readonly index: number
  readonly total: number
}

/** The name of a topology or the address of a target: whether it belongs to this exporter. */
export type IsOurs = (identity: string) => boolean

/**
 * Which of so many shards a target is on, by its address: rendezvous hashing. Each shard draws a
 * weight for it and the largest has it, so that another shard takes its share from all alike, and
 * between those that were there before nothing moves. Two spellings of an address are on one shard.
 */
export function shardOf(identity: string, total: number): number {
  const hash = stableHash(oneSpelling(identity))
  let [heaviest, most] = [0, -1]
  for (let index = 0; index < total; index++) {
    // No two shards draw the same.
    const weight = mixed(hash ^ mixed(index + 1))
    if (weight > most) {
      heaviest = index
      most = weight
    }
  }
  return heaviest
}

/** Says what belongs to a shard; without one, everything. */
export function isOursOn(shard: Shard | undefined): IsOurs {
  if (!shard) return () => true
  return (identity) => shardOf(identity, shard.total) === shard.index
}
